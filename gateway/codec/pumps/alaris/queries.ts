import { asPumpQuery, type PumpQuery } from '../query.ts';
import { alarisWire } from './frame.ts';

/**
 * All that is ever asked. A command without fields asks, save those that act: INF_START, INF_STOP, INF_VI_CLEAR. Those, and
 * remote control (REMOTE_CTRL, REMOTE_CFG) without which the pump obeys nothing, are not in this table.
 */
export const alarisQuestions = {
  infusion: 'INF',
  alarm: 'ALARM',
  volumeToInfuse: 'INF_VTBI',
  rate: 'INF_RATE',
  volumeInfused: 'INF_VI',
  serial: 'INST_SERIALNO',
  protocol: 'COMMS_PROTOCOL',
  syringe: 'SYRINGE_STATUS',
} as const;

export type AlarisQuestion = keyof typeof alarisQuestions;

/** @throws RangeError for a question that is none. */
export function alarisQuery(question: AlarisQuestion): PumpQuery {
  if (!Object.hasOwn(alarisQuestions, question)) throw new RangeError('This is no question to a pump.');
  return asPumpQuery(alarisWire(alarisQuestions[question]));
}
