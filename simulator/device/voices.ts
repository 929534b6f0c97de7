import type { PumpProtocolId } from '#codec/pumps/protocols.ts';
import { AlarisVoice } from './alaris-voice.ts';
import { Ne1000Voice } from './ne1000-voice.ts';
import { TerumoVoice } from './terumo-voice.ts';
import type { Voice, VoiceOptions } from './voice.ts';

export const voices: Readonly<Record<PumpProtocolId, (options: VoiceOptions) => Voice>> = {
  ne1000: (options) => new Ne1000Voice(options, 'basic'),
  'ne1000-safe': (options) => new Ne1000Voice(options, 'safe'),
  'alaris-asena': (options) => new AlarisVoice(options),
  'terumo-te': (options) => new TerumoVoice(options),
};
