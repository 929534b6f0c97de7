import { signal } from '@preact/signals';
import { burstOf, type SoundKind, tones } from './tones.ts';

/** `blocked`: the browser gives no sound until somebody touches the page. */
export const speaker = signal<'off' | 'blocked' | 'on'>('off');

let context: AudioContext | null = null;
let going: { readonly kind: SoundKind; readonly source: AudioBufferSourceNode } | null = null;
const bursts = new Map<SoundKind, AudioBuffer>();

function bufferOf(audio: AudioContext, kind: SoundKind): AudioBuffer {
  const made = bursts.get(kind);
  if (made !== undefined) return made;
  const samples = burstOf(kind, audio.sampleRate);
  const buffer = audio.createBuffer(1, samples.length, audio.sampleRate);
  buffer.copyToChannel(samples, 0);
  bursts.set(kind, buffer);
  return buffer;
}

function play(audio: AudioContext, kind: SoundKind, loop: boolean, inS = 0): AudioBufferSourceNode {
  const source = new AudioBufferSourceNode(audio, { buffer: bufferOf(audio, kind), loop });
  source.connect(audio.destination);
  source.start(audio.currentTime + inS);
  return source;
}

const note = (audio: AudioContext): void => {
  speaker.value = audio.state === 'running' ? 'on' : 'blocked';
};

/** Opens the speaker. Without a tap behind it the browser may hold it back: then it is `blocked`. */
export function openSpeaker(): AudioContext {
  if (context !== null) return context;
  const audio = new AudioContext();
  context = audio;
  audio.addEventListener('statechange', () => note(audio));
  note(audio);
  return audio;
}

/** To be called from a tap or a key: that is what a browser asks for. */
export async function unblock(): Promise<void> {
  const audio = openSpeaker();
  if (audio.state !== 'running') await audio.resume();
  note(audio);
}

/** Each sound once, the loudest first, so that the volume is set for it. Answers how long that takes, ms. */
export async function playTest(): Promise<number> {
  await unblock();
  const audio = openSpeaker();
  let atMs = 0;
  for (const kind of ['high', 'medium', 'low'] as const) {
    play(audio, kind, false, atMs / 1_000);
    atMs += (tones[kind].pulsesMs.at(-1) ?? 0) + 700;
  }
  return atMs;
}

/** Sounds `kind` round and round until another call says otherwise. A blocked speaker begins when it is let. */
export function sound(kind: 'high' | 'medium' | null): void {
  if (going?.kind === (kind ?? undefined) || context === null) return;
  going?.source.stop();
  going = kind === null ? null : { kind, source: play(context, kind, true) };
}

export function soundOnce(kind: SoundKind): void {
  if (context !== null && speaker.value === 'on' && going === null) play(context, kind, false);
}

export async function closeSpeaker(): Promise<void> {
  sound(null);
  await context?.close();
  context = null;
  bursts.clear();
  speaker.value = 'off';
}
