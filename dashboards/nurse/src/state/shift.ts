import { computed, effect, signal } from '@preact/signals';
import { gatewayNow } from '../api/client.ts';
import { soundFor } from '../sound/needed.ts';
import { closeSpeaker, openSpeaker, playTest, sound, soundOnce, speaker, unblock } from '../sound/speaker.ts';
import { liveness, openAlerts } from './store.ts';

const storageKey = 'shift-since';
const longestMs = 13 * 3_600_000;

/** When this person began to listen here, Unix ms; null while this page makes no sound. */
export const shiftSince = signal<number | null>(null);
/** The test is sounding, or waits for the answer whether it was heard. */
export const soundTest = signal<'none' | 'sounding' | 'asking'>('none');

/** What must sound now, whether it can or not. It outlives the session: signing out by time must not silence a high alert. */
export const soundNeeded = computed(() => soundFor(openAlerts.value, liveness.value));

export async function testSound(): Promise<void> {
  soundTest.value = 'sounding';
  sound(null);
  const lasts = await playTest();
  window.setTimeout(() => {
    soundTest.value = 'asking';
  }, lasts);
}

export function startShift(): Promise<void> {
  shiftSince.value = gatewayNow();
  localStorage.setItem(storageKey, String(shiftSince.value));
  return testSound();
}

export function heardIt(): void {
  soundTest.value = 'none';
}

export function endShift(): void {
  shiftSince.value = null;
  soundTest.value = 'none';
  localStorage.removeItem(storageKey);
  void closeSpeaker();
}

/** Takes up a shift that was begun here before a reload, and lets what must sound sound. */
export function followSound(): void {
  const since = Number(localStorage.getItem(storageKey) ?? Number.NaN);
  if (gatewayNow() - since < longestMs) {
    shiftSince.value = since;
    openSpeaker();
  }
  const touched = () => {
    if (speaker.peek() === 'blocked') void unblock();
  };
  for (const kind of ['pointerdown', 'keydown'] as const) document.addEventListener(kind, touched);

  effect(() => {
    if (shiftSince.value !== null && soundTest.value !== 'sounding' && speaker.value === 'on') sound(soundNeeded.value);
  });
  const known = new Set<string>();
  effect(() => {
    const fresh = openAlerts.value.filter(({ id, priority }) => priority === 'low' && !known.has(id));
    for (const { id } of fresh) known.add(id);
    if (fresh.length > 0) soundOnce('low');
  });
}
