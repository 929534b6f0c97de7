import { GatewayError } from '#kernel/errors.ts';
import type { IdMaker } from '#kernel/ids.ts';
import type { WallMs } from '#kernel/time.ts';
import type { ServiceContent } from '#model/benefit-facts.ts';
import type { FactSource } from '#model/service-view.ts';
import type { Fact, FactBook } from './fact-book.ts';
import { checkContent } from './fact-form.ts';

/** Who acts, when, and by which way. */
export interface Actor {
  readonly name: string;
  readonly at: WallMs;
  readonly source: FactSource;
}

export interface Correction {
  /** The version that the writer saw. */
  readonly version: number;
  readonly reason: string;
}

/**
 * Services as people record them: begun, ended, signed, corrected. Only the professional who gave a service signs it, and
 * a correction needs a new signature.
 */
export class ServiceDesk {
  readonly #book: FactBook;
  readonly #newId: IdMaker;

  constructor(book: FactBook, newId: IdMaker) {
    this.#book = book;
    this.#newId = newId;
  }

  /** Records a service. Without a performer it is the writer's own; without an end it goes on. @throws `bad-request` */
  begin(patient: string, input: object, actor: Actor): Fact<'service'> {
    const content = serviceOf({ performer: actor.name, ...input }, actor.at);
    return this.#write(patient, this.#newId(), content, null, actor, null);
  }

  /** Changes what the input names and keeps the rest. The new version names the old one and is unsigned. */
  correct(patient: string, id: string, input: object, correction: Correction, actor: Actor): Fact<'service'> {
    const before = this.#known(patient, id);
    return this.#write(patient, id, serviceOf({ ...before.content, ...input }, actor.at), correction, actor, null);
  }

  /** @throws GatewayError `forbidden` for anybody but the performer, `action-not-allowed` while it goes on */
  sign(patient: string, id: string, version: number, actor: Actor): Fact<'service'> {
    const { content } = this.#known(patient, id);
    if (content.performer !== actor.name) {
      throw new GatewayError('forbidden', 'A service is signed by the professional who gave it.');
    }
    if (content.end === null) throw new GatewayError('action-not-allowed', 'The service has not ended.');
    const signature = { by: actor.name, credential: content.credential, at: actor.at };
    return this.#write(patient, id, content, { version, reason: 'signed' }, actor, signature);
  }

  withdraw(patient: string, id: string, correction: Correction, { name, at, source }: Actor): void {
    this.#known(patient, id);
    const draft = { patient, kind: 'service' as const, id, content: null, signature: null, corrects: correction };
    this.#book.record([draft], { by: name, at, source });
  }

  #known(patient: string, id: string): Fact<'service'> {
    const fact = this.#book.get(patient, 'service', id);
    if (!fact) throw new GatewayError('not-found', 'There is no service of that id.');
    return fact;
  }

  #write(
    patient: string,
    id: string,
    content: ServiceContent,
    corrects: Correction | null,
    { name, at, source }: Actor,
    signature: Fact['signature'],
  ): Fact<'service'> {
    this.#book.record([{ patient, kind: 'service', id, content, signature, corrects }], { by: name, at, source });
    return this.#known(patient, id);
  }
}

function serviceOf(input: object, now: WallMs): ServiceContent {
  const checked = checkContent('service', input);
  if (!checked.ok) {
    const problems = checked.problems.map(({ where, problem }) => `${where}: ${problem}`);
    throw new GatewayError('bad-request', problems.join('; '));
  }
  if (checked.content.start > now) throw new GatewayError('bad-request', 'start: must not be in the future');
  if ((checked.content.end ?? 0) > now) throw new GatewayError('bad-request', 'end: must not be in the future');
  return checked.content;
}
