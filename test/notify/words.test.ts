import { describe, expect, it } from 'vitest';
import { seconds } from '#kernel/time.ts';
import { languages } from '#model/contact.ts';
import type { Message, MessageKind } from '#notify/channel.ts';
import { callScript } from '#notify/channels/call-script.ts';
import { collections } from '#notify/records.ts';
import { headline, longText, shortText, spokenText, timeOf } from '#notify/words.ts';
import { NotifyRig, pageOf, recipient } from './rig.ts';

const AT = Date.UTC(2026, 2, 8, 7, 30);
const message = (more: Partial<Message> = {}): Message => ({
  id: 'x'.repeat(32),
  kind: 'page',
  priority: 'high',
  codes: ['7F3K'],
  count: 1,
  at: AT,
  callbackUrl: null,
  language: 'en',
  zone: 'America/New_York',
  agency: 'Elm',
  link: 'https://gw.example/a/7F3K',
  replyLink: 'https://gw.example/a/7F3K#t=tok',
  ttlMs: 1_000,
  points: [],
  hub: null,
  ...more,
});

describe('words', () => {
  it('are the priority, the code, the time, the agency and a link', () => {
    expect(longText(message())).toBe('HIGH alert 7F3K 03:30 Elm. Sign in: https://gw.example/a/7F3K#t=tok');
    expect(shortText(message())).toBe(
      'HIGH alert 7F3K 03:30 Elm. Sign in: https://gw.example/a/7F3K Reply 1 7F3K to take it, 2 7F3K if you cannot.',
    );
    expect(shortText(message({ language: 'es' }))).toContain('Alerta ALTA 7F3K 03:30 Elm. Entrar:');
  });

  it('count rightly in both languages', () => {
    const many = { codes: ['A1B2', 'C3D4', 'E5F6'], count: 12 };
    expect(headline(message(many))).toBe('HIGH alerts A1B2, C3D4, E5F6 and 9 more 03:30 Elm');
    expect(headline(message({ ...many, count: 3 }))).toBe('HIGH alerts A1B2, C3D4, E5F6 03:30 Elm');
    expect(headline(message({ ...many, language: 'es' }))).toBe('Alertas ALTA A1B2, C3D4, E5F6 y 9 más 03:30 Elm');
    expect(headline(message({ kind: 'digest', count: 1 }))).toBe('HIGH: 1 alert 03:30 Elm');
    expect(headline(message({ kind: 'digest', count: 2, language: 'es' }))).toBe('ALTA: 2 alertas 03:30 Elm');
  });

  it('tell the recipient’s local time, on both nights that change the clock', () => {
    expect(timeOf(Date.UTC(2026, 2, 8, 6, 30), 'America/New_York')).toBe('01:30');
    expect(timeOf(Date.UTC(2026, 2, 8, 7, 30), 'America/New_York')).toBe('03:30');
    expect(timeOf(Date.UTC(2026, 10, 1, 5, 30), 'America/New_York')).toBe('01:30');
    expect(timeOf(Date.UTC(2026, 10, 1, 6, 30), 'America/New_York')).toBe('01:30');
    expect(timeOf(AT, 'Europe/Madrid')).toBe('08:30');
  });

  it('are spoken letter by letter, and no text breaks out of the script of a call', () => {
    expect(spokenText(message())).toContain('Code 7 F 3 K.');
    const script = callScript(message({ codes: ['<Hangup/>'] }), 'https://x/?a=1&b=2');
    expect(script).not.toContain('<Hangup/>');
    expect(script).toContain('https://x/?a=1&amp;b=2');
  });
});

describe('nothing of a patient', () => {
  /** Whatever a page could know, marked so that it is found wherever it turns up. */
  const seeded = ['SEED-PATIENT', 'SEED-PUMP', 'SEED-HUB', 'SEED-NURSE', '+12025550199', 'SEED-ALERT'];

  it.each(languages)('is in any text of any kind (%s)', (language) => {
    const kinds: MessageKind[] = ['page', 'taken', 'resolved', 'digest', 'test'];
    for (const kind of kinds) {
      for (const priority of ['high', 'medium', 'low', 'technical'] as const) {
        const one = message({
          kind,
          priority,
          language,
          points: [{ id: '1', channel: 'sms', address: '+12025550199', secret: null, addedAt: 0, confirmedAt: 0 }],
          hub: { id: 'SEED-HUB', board: [] },
        });
        const texts = [headline(one), shortText(one), longText(one), spokenText(one), callScript(one, null)];
        for (const text of texts) for (const seed of seeded) expect(text).not.toContain(seed);
        expect(headline(one)).toMatch(/Elm$/);
      }
    }
  });

  it('comes from a page through the dispatcher into a message', async () => {
    const rig = new NotifyRig();
    rig.directory.byTarget['primary'] = [recipient('SEED-NURSE', ['push', 'sms', 'voice', 'email'])];
    rig.dispatcher.start();
    const about = { hub: 'SEED-HUB', pump: 'SEED-PUMP', patient: 'SEED-PATIENT', by: 'SEED-NURSE' };
    rig.page(pageOf('SEED-ALERT', { ...about, channels: [['push', 'sms', 'email', 'voice']] }));
    await rig.advance(seconds(1));
    rig.page(
      pageOf('SEED-ALERT', {
        ...about,
        id: 'SEED-ALERT/taken/2',
        kind: 'taken',
        targets: ['paged'],
        channels: [['push', 'sms', 'email']],
      }),
    );
    await rig.advance(seconds(1));
    const sent = [rig.push, rig.sms, rig.email, rig.voice].flatMap((channel) => channel.sent);
    expect(sent.length).toBeGreaterThanOrEqual(6);
    for (const one of sent) {
      const texts = [
        headline(one),
        shortText(one),
        longText(one),
        spokenText(one),
        JSON.stringify({ ...one, points: [] }),
      ];
      for (const text of texts) for (const seed of seeded) expect(text).not.toContain(seed);
    }
    expect(rig.store.list(collections.delivery).length).toBeGreaterThan(0);
  });
});
