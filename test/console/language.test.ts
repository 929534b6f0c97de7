import { afterEach, expect, test } from 'vitest';
import { alarmCodes } from '#model/alarms.ts';
import { alertEventKinds, alertOutcomes, derivedAlertCodes } from '#model/alert.ts';
import { alertOf } from '#support/console-story.ts';
import { firstLanguage, language, languages } from '../../dashboards/nurse/src/text/language.ts';
import { clockTime } from '../../dashboards/nurse/src/text/time.ts';
import { alertText, describe as describeAlert } from '../../dashboards/nurse/src/text/words.ts';

afterEach(() => {
  language.value = 'en';
});

test('what was chosen here, else the first language of the browser that there is, else English', () => {
  expect(firstLanguage('es', ['en-US'])).toBe('es');
  expect(firstLanguage(null, ['fr-CA', 'es-MX', 'en'])).toBe('es');
  expect(firstLanguage('toString', ['de'])).toBe('en');
});

test.each(Object.entries(languages))('%s has a word for every outcome and event', (_tag, t) => {
  expect(alertOutcomes.filter((outcome) => !(outcome in t.outcome))).toEqual([]);
  expect(alertEventKinds.filter((kind) => !(kind in t.event))).toEqual([]);
});

test('Spanish has words for every alarm and derived condition; an alarm of a vendor keeps the words it came with', () => {
  const codes = [...alarmCodes, ...derivedAlertCodes];
  expect(codes.filter((code) => !(code in languages.es.alarm))).toEqual([]);
  language.value = 'es';
  expect(alertText({ code: 'air-in-line', text: 'Air in the line' })).toBe('Aire en la línea');
  expect(alertText({ code: 'x-acme', text: 'Acme says 7' })).toBe('Acme says 7');
});

test('the sentence and the dates follow the language', () => {
  const now = Date.UTC(2026, 0, 10, 12);
  const alert = alertOf('a', { since: now - 600_000 });
  language.value = 'es';
  expect(describeAlert(alert, now)).toContain('sigue activa tras 10 min');
  expect(clockTime(now - 86_400_000, now, 'UTC')).toBe('9 ene 12:00');
});
