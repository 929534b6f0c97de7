import { isDelivering, type PumpReading } from '#model/reading.ts';
import type { PumpMemory } from './engine-state.ts';
import type { Advisory } from './occlusion/advisory.ts';
import { OcclusionDetector } from './occlusion/occlusion-detector.ts';
import { ms, type Rules } from './rules.ts';
import { spoken } from './words.ts';

export const occlusionAdvisoryCode = 'occlusion-advisory';
const text = 'Line pressure climbs as if the line were closing';

/**
 * Early word of a line that closes, from readings in the order of their measuring. It stands beside the pump's own alarms and
 * touches none of them: it opens when the detector finds a climb, and clears by the detector's hysteresis.
 * `isNow` false: the reading is backlog; it teaches the detector and calls nobody.
 */
export function watchOcclusion(
  rules: Rules,
  pump: PumpMemory,
  reading: PumpReading,
  offset: number,
  isNow: boolean,
): void {
  if (pump.occlusion === null) {
    if (reading.pressureMmHg === undefined || !isDelivering(reading.state)) return;
    pump.occlusion = new OcclusionDetector();
  }
  const detector = pump.occlusion;
  const stood = detector.isStanding;
  const advisory = detector.step(reading);
  if (advisory !== null) {
    if (isNow) advise(rules, pump, advisory, offset);
  } else if (stood && !detector.isStanding) settle(rules, pump, reading, offset);
}

function advise(rules: Rules, pump: PumpMemory, advisory: Advisory, offset: number): void {
  const { book, policy } = rules;
  const { doc } = pump;
  const reason = wordsOf(advisory);
  const open = book.latest(doc.id, doc.hub, occlusionAdvisoryCode);
  if (open !== undefined) {
    const { condition, clearedAt, priority } = open.alert;
    if (condition === 'active') return;
    const isCleared = condition === 'cleared';
    if (!isCleared || book.now - (clearedAt ?? 0) <= ms(policy.priorities[priority].reopenSeconds)) {
      book.recur(open, { reason, offset }, isCleared);
      return;
    }
  }
  const onset = { pump: doc.id, hub: doc.hub, code: occlusionAdvisoryCode, priority: 'low', text } as const;
  const rest = { since: book.now, drug: doc.drug, stateUnknown: false, count: 1, from: 'source' } as const;
  book.open({ ...onset, ...rest }, { reason, offset });
}

function settle({ book }: Rules, { doc }: PumpMemory, { alarms = [] }: PumpReading, offset: number): void {
  const open = book.latest(doc.id, doc.hub, occlusionAdvisoryCode);
  if (open?.alert.condition !== 'active') return;
  const alarmed = alarms.some(({ code }) => code === 'occlusion-downstream');
  const reason = alarmed
    ? 'The pump itself alarms: its alarm says more than this advisory.'
    : 'The pressure fell back, or settled and climbs no further.';
  book.clearing(open, { reason, offset });
}

/** All figures that a person needs to find the climb on the curve and to judge it. */
function wordsOf({ score, secondsToLimit, explain }: Advisory): string {
  const { baselineMmHg, pressureMmHg, volumeMl, slopeMmHgPerMl, complianceUlMmHg, evidenceMmHg, thresholdMmHg } =
    explain;
  const left =
    secondsToLimit === null
      ? 'The limit is not known.'
      : `At this rate the pump's limit is ${spoken(secondsToLimit * 1_000)} away.`;
  return (
    `Pressure ${baselineMmHg} to ${pressureMmHg} mmHg over ${volumeMl} mL: ${slopeMmHgPerMl} mmHg/mL, as a closed line that gives ` +
    `${complianceUlMmHg} uL/mmHg. Score ${score} (${evidenceMmHg} of ${thresholdMmHg} mmHg asked for). ${left} Rules ${explain.policy}.`
  );
}
