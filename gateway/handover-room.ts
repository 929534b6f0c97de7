import type { HandoverPort } from '#api/ports-notify.ts';
import type { ScopePort } from '#api/scope.ts';
import { sightOf } from '#api/scope.ts';
import type { Alert } from '#model/alert.ts';
import type { HandoverItem } from '#model/handover.ts';
import type { Person } from '#model/role.ts';
import { type Handovers, inOrder } from '#registry/handovers.ts';

/** Joins the alerts that are open with whoever hands them over. People see and sign for what is their agency's. */
export function handoverPort(
  handovers: Handovers,
  open: () => Promise<readonly Alert[]>,
  scope: ScopePort,
): HandoverPort {
  const itemsFor = async (person: Person): Promise<HandoverItem[]> => {
    const sight = sightOf(person, scope);
    return inOrder((await open()).filter((alert) => sight.sees(alert)).map(itemOf));
  };
  return {
    now: async (person) => {
      const due = handovers.due(person.agency);
      return { due, items: await itemsFor(person), signed: (due && handovers.get(due.shiftFrom)) ?? null };
    },
    sign: async (person, note) => handovers.sign(person.name, note, await itemsFor(person), person.agency),
    accept: async (person, accepted, synthesis) => handovers.accept(person.name, accepted, synthesis, person.agency),
  };
}

const itemOf = ({
  id,
  priority,
  patient,
  text,
  response,
  missed,
  since,
  acknowledgedBy,
  nextStepAt,
}: Alert): HandoverItem => ({
  alert: id,
  priority,
  patient,
  text,
  response,
  missed,
  since,
  acknowledgedBy,
  nextStepAt,
});
