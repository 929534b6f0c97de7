import { alertTopic, commandTopic, parseTopic, TOPIC_PREFIX } from '#codec/topics.ts';

/**
 * Who speaks on a link. `anyone`: open enrolment on loopback, where no identity is asked and several hubs may share a link.
 * A hub under closed enrolment speaks for itself alone.
 */
export type LinkIdentity = { readonly kind: 'anyone' } | { readonly kind: 'hub'; readonly hub: string };

/**
 * Whether a link may publish there at all. Ids that break the pattern are let through to the journal, which quarantines
 * the message with its reason and acknowledges it; what is refused here closes the link.
 */
export function mayPublish(identity: LinkIdentity, topicName: string): boolean {
  const topic = parseTopic(topicName);
  if (topic.kind === 'unknown' || topic.kind === 'command') return false;
  return identity.kind === 'anyone' || topic.hub === identity.hub;
}

/** A last will is a status and nothing else: readings have no place in it. */
export function mayLeaveWill(identity: LinkIdentity, topicName: string): boolean {
  return parseTopic(topicName).kind === 'status' && mayPublish(identity, topicName);
}

/** Rigs may watch everything below our prefix; a hub hears its own commands and what it is to show. */
export function maySubscribe(identity: LinkIdentity, filter: string): boolean {
  if (identity.kind === 'hub') return filter === commandTopic(identity.hub) || filter === alertTopic(identity.hub);
  return filter.startsWith(`${TOPIC_PREFIX}/`);
}

/** The hub that a topic speaks of, null for topics that are not ours. */
export function hubOf(topicName: string): string | null {
  const topic = parseTopic(topicName);
  return topic.kind === 'status' || topic.kind === 'readings' ? topic.hub : null;
}

/** Whether a filter can match any readings topic: five levels below our prefix or a `#`. */
export function couldMatchReadings(filter: string): boolean {
  return filter.includes('#') || filter.split('/').length === TOPIC_PREFIX.split('/').length + 3;
}
