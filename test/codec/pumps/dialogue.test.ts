import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alarisDecoder } from '#codec/pumps/alaris/frame.ts';
import { type AlarisMessage, alarisMessageOf } from '#codec/pumps/alaris/message.ts';
import { alarisReply } from '#codec/pumps/alaris/replies.ts';
import { ne1000BasicDecoder } from '#codec/pumps/ne1000/basic.ts';
import { ne1000Alarms, ne1000Prompts } from '#codec/pumps/ne1000/frame.ts';
import { ne1000MessageOf } from '#codec/pumps/ne1000/message.ts';
import { type Ne1000Says, ne1000Reply } from '#codec/pumps/ne1000/replies.ts';
import { Ne1000SafeDecoder } from '#codec/pumps/ne1000/safe.ts';
import type { PumpObservation } from '#codec/pumps/observation.ts';
import { pumpProtocols } from '#codec/pumps/protocols.ts';
import { terumoDecoder } from '#codec/pumps/terumo/frame.ts';
import { type TerumoStatus, terumoAlarms, terumoStates, terumoStatusOf } from '#codec/pumps/terumo/message.ts';
import { terumoIdReply, terumoStatusReply } from '#codec/pumps/terumo/replies.ts';

const DEVICE = '000100700000001201000001';
const frameOf = <F>(decoder: { push(chunk: Uint8Array): { ok: boolean; frame?: F }[] }, wire: Uint8Array): F => {
  const [event] = decoder.push(wire);
  if (!event?.ok || event.frame === undefined) throw new Error('not one frame');
  return event.frame;
};

describe('what a pump says goes to bytes and back', () => {
  const amount = fc.integer({ min: 0, max: 999 }).map((n) => n / 1_000);

  it('New Era', () => {
    const says: fc.Arbitrary<Ne1000Says> = fc.oneof(
      fc.constantFrom(...Object.values(ne1000Alarms)).map((alarm) => ({ alarm })),
      fc.record({
        status: fc.constantFrom(...Object.values(ne1000Prompts)),
        says: fc.oneof(
          fc.record({ says: fc.constant('rate' as const), rateMlH: amount }),
          fc.record({ says: fc.constant('volume' as const), volumeMl: amount }),
          fc.record({ says: fc.constant('dispensed' as const), infusedMl: amount, withdrawnMl: amount }),
        ),
      }),
    );
    fc.assert(
      fc.property(says, fc.nat(99), fc.constantFrom('basic' as const, 'safe' as const), (reply, address, mode) => {
        const decoder = mode === 'safe' ? new Ne1000SafeDecoder() : ne1000BasicDecoder();
        const frame = frameOf(decoder, ne1000Reply(address, reply, mode));
        expect(frame).toMatchObject({ kind: 'reply', address });
        if ('alarm' in reply) expect(frame).toMatchObject({ status: 'alarm', alarm: reply.alarm });
        else {
          expect(frame).toMatchObject({ status: reply.status });
          expect(ne1000MessageOf(frame)).toEqual(reply.says);
        }
      }),
    );
  });

  it('Alaris', () => {
    const message: fc.Arbitrary<AlarisMessage> = fc.oneof(
      fc.record({
        says: fc.constant('infusion' as const),
        serial: fc.constant('8002-51733'),
        alarming: fc.boolean(),
        mode: fc.constantFrom('SET', 'HLD'),
        rateMlH: fc.integer({ min: 0, max: 120_000 }).map((n) => n / 100),
        infusedMl: amount,
        pressureMmHg: fc.integer({ min: -5_000, max: 100_000 }).map((n) => n / 100),
        remainingS: fc.nat(86_399),
      }),
      fc.record({
        says: fc.constant('rate' as const),
        rateMlH: fc.integer({ min: 0, max: 9_999 }).map((n) => n / 100),
      }),
      fc.record({ says: fc.constant('volume-infused' as const), infusedMl: amount }),
      fc.record({ says: fc.constant('volume-to-infuse' as const), active: fc.boolean(), volumeMl: amount }),
    );
    fc.assert(
      fc.property(message, (each) => {
        expect(alarisMessageOf(frameOf(alarisDecoder(), alarisReply(each)))).toEqual(each);
      }),
    );
  });

  it('Terumo', () => {
    const status: fc.Arbitrary<TerumoStatus> = fc.record({
      software: fc.constant('4.03'),
      state: fc.constantFrom(...terumoStates),
      // In the order of their bits.
      alarms: fc.subarray(Object.values(terumoAlarms)),
      batteryBars: fc.integer({ min: 1, max: 5 }),
      onMains: fc.boolean(),
      occlusionPct: fc.constantFrom(0 as const, 25 as const, 50 as const, 75 as const),
      alarmSounds: fc.boolean(),
      keypadLocked: fc.boolean(),
      plungerSet: fc.boolean(),
      syringeMl: fc.constantFrom(5, 10, 20, 30, 50),
      rateMlH: fc.nat(120_000).map((n) => n / 100),
      deliveredMl: fc.nat(999_999).map((n) => n / 100),
      vtbiMl: fc.oneof(
        fc.nat(99_999).map((n) => n / 10),
        fc.constant('infinite' as const),
      ),
      weightKg: fc.nat(3_000).map((n) => n / 10),
    });
    fc.assert(
      fc.property(status, (each) => {
        expect(terumoStatusOf(frameOf(terumoDecoder(), terumoStatusReply(DEVICE, 5, each)))).toEqual(each);
      }),
    );
  });
});

/** Plays a pump that gives the same answers each round. */
function observe(protocol: 'alaris-asena', answers: readonly AlarisMessage[]): PumpObservation | undefined {
  const { dialogue, decoder } = pumpProtocols[protocol];
  const talk = dialogue(0);
  talk.begin();
  for (const answer of answers) {
    talk.next();
    talk.take(frameOf(decoder(), alarisReply(answer)));
  }
  return talk.observation();
}

describe('Alaris: a round of answers makes a reading', () => {
  const infusion: AlarisMessage = {
    says: 'infusion',
    serial: '8002-51733',
    alarming: false,
    mode: 'SET',
    rateMlH: 5,
    infusedMl: 1.25,
    pressureMmHg: 17.91,
  };
  const quiet: AlarisMessage = { says: 'alarm', code: 'AL_NOALM', active: false };
  const vtbi: AlarisMessage = { says: 'volume-to-infuse', active: true, volumeMl: 11 };

  it('with everything that the protocol tells', () => {
    expect(observe('alaris-asena', [infusion, quiet, vtbi])).toEqual({
      state: 'infusing',
      rateMlH: 5,
      infusedMl: 1.25,
      remainingMl: 11,
      pressureMmHg: 17.91,
      alarms: [],
    });
  });

  it.each([
    ['AL_OCCLU', 'paused', [{ code: 'occlusion-downstream' }]],
    ['AL_VTBIS', 'complete', [{ code: 'infusion-complete' }]],
    ['AL_VTBIK', 'kvo', [{ code: 'infusion-complete' }]],
    ['AL_EMBAT', 'paused', [{ code: 'battery-depleted' }]],
    ['AL_SYRCO', 'paused', [{ code: 'unknown', vendorCode: 'x-alaris-syrco' }]],
    ['AL_ACDIS', 'paused', []],
  ])('%s', (code, state, alarms) => {
    const held: AlarisMessage = { ...infusion, says: 'infusion', alarming: true, mode: 'HLD', rateMlH: 0 };
    expect(observe('alaris-asena', [held, { says: 'alarm', code, active: true }])).toMatchObject({ state, alarms });
  });

  it('an alarm that the pump does not name is not dropped, and no answer is not "none"', () => {
    expect(observe('alaris-asena', [{ ...infusion, says: 'infusion', alarming: true }, quiet])?.alarms).toEqual([
      { code: 'unknown', vendorCode: 'x-alaris-unnamed' },
    ]);
    expect(observe('alaris-asena', [infusion])).not.toHaveProperty('alarms');
    expect(observe('alaris-asena', [])).toBeUndefined();
  });
});

describe('New Era: a round of answers makes a reading', () => {
  const play = (rounds: readonly (readonly Ne1000Says[])[]): (PumpObservation | undefined)[] => {
    const talk = pumpProtocols['ne1000'].dialogue(3);
    return rounds.map((answers) => {
      talk.begin();
      for (const answer of answers) {
        talk.next();
        talk.take(frameOf(ne1000BasicDecoder(), ne1000Reply(3, answer, 'basic')));
      }
      return talk.observation();
    });
  };
  const version: Ne1000Says = { status: 'infusing', says: { says: 'version', model: 'NE1000', firmware: '3.923' } };
  const round = (status: 'infusing' | 'stopped'): Ne1000Says[] => [
    { status, says: { says: 'dispensed', infusedMl: 1.5, withdrawnMl: 0 } },
    { status, says: { says: 'rate', rateMlH: 10 } },
    { status, says: { says: 'volume', volumeMl: 5 } },
  ];

  it('without the pressure and the battery that it does not tell', () => {
    expect(play([[version, ...round('infusing')]])).toEqual([
      { state: 'infusing', rateMlH: 10, programmedRateMlH: 10, infusedMl: 1.5, remainingMl: 3.5, alarms: [] },
    ]);
  });

  it('a stall is a malfunction, told once by the pump and kept until it moves again', () => {
    const [stalled, after, moving] = play([[version, { alarm: 'stalled' }], round('stopped'), round('infusing')]);
    expect(stalled).toMatchObject({ state: 'stopped', rateMlH: 0, alarms: [{ code: 'pump-fault' }] });
    expect(after).toMatchObject({ state: 'stopped', rateMlH: 0, alarms: [{ code: 'pump-fault' }] });
    expect(moving).toMatchObject({ state: 'infusing', alarms: [] });
  });

  it('a pump that stood still from the first look on may have told its alarm before: nothing is said of alarms', () => {
    expect(play([[version, ...round('stopped')].slice(1)])[0]).not.toHaveProperty('alarms');
  });

  it('a pump that stopped while an answer was lost may have told its alarm with it', () => {
    const talk = pumpProtocols['ne1000'].dialogue(3);
    const hear = (says: Ne1000Says) => talk.take(frameOf(ne1000BasicDecoder(), ne1000Reply(3, says, 'basic')));
    talk.begin();
    hear({ status: 'infusing' });
    talk.unanswered();
    hear({ status: 'infusing' });
    talk.begin();
    hear({ status: 'stopped' });
    // Moving after the loss, it had no alarm then; a person stopped it.
    expect(talk.observation()?.alarms).toEqual([]);
    hear({ status: 'infusing' });
    talk.unanswered();
    hear({ status: 'stopped' });
    expect(talk.observation()?.alarms).toEqual([{ code: 'unknown', vendorCode: 'x-ne1000-unexplained-stop' }]);
    hear({ status: 'infusing' });
    expect(talk.observation()?.alarms).toEqual([]);
  });

  it('hears another pump on the line and takes nothing from it', () => {
    const talk = pumpProtocols['ne1000'].dialogue(3);
    talk.begin();
    talk.next();
    const other = frameOf(ne1000BasicDecoder(), ne1000Reply(4, { status: 'infusing' }, 'basic'));
    expect(talk.take(other)).toBe('other');
    expect(talk.observation()).toBeUndefined();
  });
});

describe('Terumo: a round of answers makes a reading', () => {
  const status: TerumoStatus = {
    software: '4.03',
    state: 'start',
    alarms: [],
    onMains: true,
    occlusionPct: 50,
    alarmSounds: false,
    keypadLocked: false,
    plungerSet: true,
    rateMlH: 5,
    deliveredMl: 2.5,
    vtbiMl: 20,
  };

  it('after it has said who it is', () => {
    const talk = pumpProtocols['terumo-te'].dialogue(0);
    talk.begin();
    talk.next();
    expect(talk.take(frameOf(terumoDecoder(), terumoIdReply(DEVICE)))).toBe('answer');
    talk.next();
    // Too late for its question, or of another pump.
    expect(talk.take(frameOf(terumoDecoder(), terumoStatusReply(DEVICE, 99, status)))).toBe('other');
    expect(talk.take(frameOf(terumoDecoder(), terumoStatusReply(DEVICE, 1, status)))).toBe('answer');
    expect(talk.next()).toBeUndefined();
    expect(talk.observation()).toEqual({
      state: 'infusing',
      rateMlH: 5,
      programmedRateMlH: 5,
      infusedMl: 2.5,
      remainingMl: 17.5,
      onMains: true,
      alarms: [],
    });
    expect(talk.identity).toEqual({ model: 'Terumo TE', serial: DEVICE });
  });
});
