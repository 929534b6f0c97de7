import { AlarisDialogue } from './alaris/dialogue.ts';
import { type AlarisFrame, alarisDecoder } from './alaris/frame.ts';
import { ne1000BasicDecoder } from './ne1000/basic.ts';
import { Ne1000Dialogue } from './ne1000/dialogue.ts';
import type { Ne1000Frame } from './ne1000/frame.ts';
import { Ne1000SafeDecoder } from './ne1000/safe.ts';
import type { PumpProtocol } from './observation.ts';
import { TerumoDialogue } from './terumo/dialogue.ts';
import { type TerumoFrame, terumoDecoder } from './terumo/frame.ts';

/** Manual §10.1 and §10.2.3: 19,200 baud from the factory, half a second between two bytes at most. */
const newEra = { baud: 19_200, answerWithinMs: 500, pauseWithinMs: 500, pollEveryMs: 2_000 };

const ne1000: PumpProtocol<Ne1000Frame> = {
  ...newEra,
  title: 'New Era NE-1000, Basic mode',
  decoder: ne1000BasicDecoder,
  dialogue: (address) => new Ne1000Dialogue(address, 'basic'),
};

const ne1000Safe: PumpProtocol<Ne1000Frame> = {
  ...newEra,
  title: 'New Era NE-1000, Safe mode',
  decoder: () => new Ne1000SafeDecoder(),
  dialogue: (address) => new Ne1000Dialogue(address, 'safe'),
};

const alarisAsena: PumpProtocol<AlarisFrame> = {
  title: 'Alaris Asena and GH',
  baud: 38_400,
  answerWithinMs: 500,
  pauseWithinMs: 500,
  pollEveryMs: 2_500,
  decoder: alarisDecoder,
  dialogue: () => new AlarisDialogue(),
};

/** The manual tells no baud rate: whoever connects one has to. */
const terumoTe: PumpProtocol<TerumoFrame> = {
  title: 'Terumo TE-SS and TE-LF',
  baud: 9_600,
  answerWithinMs: 1_000,
  pauseWithinMs: 500,
  pollEveryMs: 2_000,
  decoder: terumoDecoder,
  dialogue: () => new TerumoDialogue(),
};

export const pumpProtocols = {
  ne1000,
  'ne1000-safe': ne1000Safe,
  'alaris-asena': alarisAsena,
  'terumo-te': terumoTe,
} as const;

export type PumpProtocolId = keyof typeof pumpProtocols;
export const pumpProtocolIds = ['ne1000', 'ne1000-safe', 'alaris-asena', 'terumo-te'] as const;
