import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync(new URL('../../dashboards/nurse/src/styles/tokens.css', import.meta.url), 'utf8');
const [lightText = '', darkText = ''] = css.split('@media (prefers-color-scheme: dark)');

const tokensOf = (text: string): ReadonlyMap<string, string> =>
  new Map([...text.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/g)].map(([, name = '', value = '']) => [name, value]));

const light = tokensOf(lightText);
const themes = [
  ['light', light],
  ['dark', new Map([...light, ...tokensOf(darkText)])],
] as const;

function channels(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}

/** Relative luminance and contrast of WCAG 2.2. */
function luminance(hex: string): number {
  const [r, g, b] = channels(hex).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function hueOf(hex: string): number {
  const [r, g, b] = channels(hex);
  const max = Math.max(r, g, b);
  const spread = max - Math.min(r, g, b);
  if (spread === 0) return 0;
  const sixth = max === r ? (g - b) / spread : max === g ? 2 + (b - r) / spread : 4 + (r - g) / spread;
  return (sixth * 60 + 360) % 360;
}

const grounds = ['bg', 'surface', 'sunken', 'high-soft', 'accent-soft'] as const;
const pairs = [
  ...['text', 'text-2'].flatMap((ink) => grounds.map((ground) => [ink, ground, 4.5] as const)),
  ...['bg', 'surface', 'sunken', 'high-soft'].map((ground) => ['text-3', ground, 4.5] as const),
  ...['surface', 'bg'].map((ground) => ['accent', ground, 4.5] as const),
  ['on-accent', 'accent', 4.5],
  ['on-accent', 'accent-strong', 4.5],
  ['on-accent-soft', 'accent-soft', 4.5],
  ['on-high', 'high', 4.5],
  ['on-medium', 'medium', 4.5],
  ['on-low', 'low', 4.5],
  ['on-technical', 'technical', 4.5],
  ['edge', 'surface', 3],
  ['chart-rate', 'surface', 3],
  ['chart-pressure', 'surface', 3],
  ['chart-reference', 'surface', 3],
  ['high', 'surface', 3],
  ['live', 'surface', 3],
] as const;

test.each(themes)('%s: text reaches 4.5:1, shapes and edges 3:1', (_name, tokens) => {
  const weak = pairs
    .map(([ink, ground, least]) => ({
      ink,
      ground,
      least,
      is: contrast(tokens.get(ink) ?? '#000000', tokens.get(ground) ?? '#000000'),
    }))
    .filter(({ is, least }) => is < least);
  expect(weak).toEqual([]);
});

test.each(themes)('%s: red, yellow and cyan belong to alarm priority alone', (_name, tokens) => {
  const reserved = (hue: number) => hue >= 345 || hue <= 20 || (hue >= 40 && hue <= 70) || (hue >= 175 && hue <= 200);
  for (const name of ['accent', 'accent-strong', 'live', 'chart-rate', 'chart-pressure']) {
    expect([name, reserved(hueOf(tokens.get(name) ?? '#ff0000'))]).toEqual([name, false]);
  }
  for (const name of ['high', 'medium', 'low']) {
    expect([name, reserved(hueOf(tokens.get(name) ?? '#0000ff'))]).toEqual([name, true]);
  }
});
