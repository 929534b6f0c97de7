import { describe, expect, it } from 'vitest';
import { alarisQuery } from '#codec/pumps/alaris/queries.ts';
import { crc16CcittFalse, crc16Xmodem, hex4 } from '#codec/pumps/crc16.ts';
import { ne1000Query } from '#codec/pumps/ne1000/queries.ts';
import { terumoIdQuery, terumoStatusQuery } from '#codec/pumps/terumo/queries.ts';
import { ascii, bytesOf, decoded, hex } from './line-events.ts';

const DEVICE = '000100700000001201000001';
const xml = (inner: string, crc: string): Uint8Array => ascii(`\x02<?xml version="1.0"?>${inner}${crc}\x03`);
const one = (events: ReturnType<typeof decoded>): Readonly<Record<string, unknown>> => {
  expect(events).toHaveLength(1);
  const [event] = events;
  if (!event?.ok) throw new Error(JSON.stringify(event));
  return event.frame;
};

describe('check sums', () => {
  it('have their published check values', () => {
    expect(hex4(crc16Xmodem(ascii('123456789')))).toBe('31C3');
    expect(hex4(crc16CcittFalse(ascii('123456789')))).toBe('29B1');
  });
});

describe('New Era, Safe mode', () => {
  // SAF0: published in the user manual; the others computed by another program.
  it.each([
    ['02 08 53 41 46 30 55 43 03', { kind: 'command', name: 'SAF', argument: '0', crc: '5543' }],
    ['02 04 00 00 03', { kind: 'command', name: '', crc: '0000' }],
    ['02 07 52 55 4E 68 EE 03', { kind: 'command', name: 'RUN' }],
    ['02 09 53 41 46 31 30 4C 32 03', { kind: 'command', name: 'SAF', argument: '10' }],
    ['02 07 44 49 53 1C AF 03', { kind: 'command', name: 'DIS' }],
    ['02 07 30 30 53 AA A6 03', { kind: 'reply', address: 0, status: 'stopped' }],
    [
      '02133030494e453130303056332e393233016103',
      { kind: 'reply', status: 'infusing', message: { says: 'version', model: 'NE1000' } },
    ],
    ['02093030535450bf1703', { kind: 'command', address: 0, name: 'STP' }],
    ['02093030505552f53403', { kind: 'command', name: 'PUR' }],
    ['02093030494e329be903', { kind: 'command', name: 'IN', argument: '2' }],
    ['020a303053494e46487803', { kind: 'reply', status: 'stopped', message: { direction: 'infuse' } }],
    ['02093030533330410c03', { kind: 'reply', status: 'stopped', message: { says: 'number', value: 30 } }],
    ['02 09 30 30 41 3F 52 65 86 03', { kind: 'reply', address: 0, status: 'alarm', alarm: 'reset' }],
  ])('%s', (wire, frame) => {
    expect(one(decoded('ne1000-safe', bytesOf(wire)))).toMatchObject(frame);
  });

  it('asks by the same bytes', () => {
    // 00DIS, as Python's binascii.crc_hqx sums it.
    expect(hex(ne1000Query('dispensed', 0, 'safe'))).toBe('020930304449533ca803');
  });
});

describe('New Era, Basic mode', () => {
  it.each([
    ['\x0200S\x03', { kind: 'reply', address: 0, status: 'stopped' }],
    ['\x0212I\x03', { kind: 'reply', address: 12, status: 'infusing' }],
    ['\x0200A?S\x03', { status: 'alarm', alarm: 'stalled' }],
    ['\x0200S?\x03', { status: 'stopped', error: 'unknown-command' }],
    ['\x0200S?NA\x03', { error: 'not-applicable' }],
    ['\x0200S?OOR\x03', { error: 'out-of-range' }],
    ['\x0200S?COM\x03', { error: 'bad-packet' }],
    ['\x0200P?IGN\x03', { status: 'paused', error: 'ignored' }],
    ['\x0200SI0.000W0.000ML\x03', { message: { says: 'dispensed', infusedMl: 0, withdrawnMl: 0 } }],
    ['\x0200II12.34W0.000UL\x03', { message: { says: 'dispensed', infusedMl: 0.01234, withdrawnMl: 0 } }],
    ['\x0200S50.00MH\x03', { message: { says: 'rate', rateMlH: 50 } }],
    ['\x0200S1.5MM\x03', { message: { says: 'rate', rateMlH: 90 } }],
    ['\x0200S250.UM\x03', { message: { says: 'rate', rateMlH: 15 } }],
    ['\x0200S.3UH\x03', { message: { says: 'rate', rateMlH: 0.0003 } }],
    ['\x0200S5.000ML\x03', { message: { says: 'volume', volumeMl: 5 } }],
    ['\x0200S26.59\x03', { message: { says: 'number', value: 26.59 } }],
    ['\x0200SNE1000V3.923\x03', { message: { says: 'version', model: 'NE1000', firmware: '3.923' } }],
    ['\x0200SNE1000X2V3.61\x03', { message: { says: 'version', model: 'NE1000X2', firmware: '3.61' } }],
    ['\x0200SWDR\x03', { status: 'stopped', message: { says: 'direction', direction: 'withdraw' } }],
    ['\r', { kind: 'command', name: '' }],
    ['0 rat 100 mh\r', { kind: 'command', address: 0, name: 'RAT', argument: '100MH' }],
    ['\n07DIS\r', { kind: 'command', address: 7, name: 'DIS' }],
    ['0 RAT 100 * 1 RAT 200 *\r', { kind: 'burst', commands: [{ address: 0 }, { address: 1, argument: '200' }] }],
  ])('%j', (wire, frame) => {
    expect(one(decoded('ne1000', ascii(wire)))).toMatchObject(frame);
  });
});

describe('Alaris Asena', () => {
  it.each([
    ['infusion', '!INF|4961\r'],
    ['protocol', '!COMMS_PROTOCOL|E8DA\r'],
    ['serial', '!INST_SERIALNO|457D\r'],
    ['volumeToInfuse', '!INF_VTBI|8456\r'],
    ['alarm', '!ALARM|50B2\r'],
    ['rate', '!INF_RATE|8E6D\r'],
    ['syringe', '!SYRINGE_STATUS|4102\r'],
  ] as const)('asks for %s by %j', (question, wire) => {
    expect(Buffer.from(alarisQuery(question)).toString('latin1')).toBe(wire);
    expect(one(decoded('alaris-asena', ascii(wire)))).toMatchObject({ kind: 'query', fields: [] });
  });

  // Lines of public logs of real pumps (OpenICE), and of its simulator.
  it.each([
    ['INST_SERIALNO^8002-51740|050B', { message: { says: 'serial', serial: '8002-51740' } }],
    ['INST_SERIALNO^8002-51733|ACFF', { fields: ['8002-51733'] }],
    ['COMMS_PROTOCOL^Asena Rev 2.1.5|661A', { message: { says: 'protocol', protocol: 'Asena Rev 2.1.5' } }],
    ['SYRINGE_STATUS^BD PLASTIPAK^ 50^CONF|1CF8', { message: { type: 'BD PLASTIPAK', sizeMl: 50, confirmed: true } }],
    ['INF_RATE^0.1^ml/h|B775', { message: { says: 'rate', rateMlH: 0.1 } }],
    ['INF_RATE^0.10^ml/h|D407', { message: { says: 'rate', rateMlH: 0.1 } }],
    ['ALARM^AL_NOALM^ ^ |C73B', { message: { says: 'alarm', code: 'AL_NOALM', active: false } }],
    ['COMMS_RESPONSE_MAX^4000^ms|DFDF', { command: 'COMMS_RESPONSE_MAX', fields: ['4000', 'ms'] }],
    ['INF_RATE_MAX_SYRINGE^1200.00^ml/h|8575', { fields: ['1200.00', 'ml/h'] }],
    ['REMOTE_CTRL^ENABLED^****^PERMIT^0^ms|7BB0', { command: 'REMOTE_CTRL' }],
    [
      'INF_VTBI^ACTIV^11.000^ml^STOP|4433',
      { message: { says: 'volume-to-infuse', active: true, volumeMl: 11, atEnd: 'STOP' } },
    ],
    ['INF_VTBI^DEACT|D8C5', { message: { says: 'volume-to-infuse', active: false } }],
    [
      'INF^8002-51733^A^HLD^0.00^ml/h^^0.969^ml^530.15^mmHg^00:04:09^EVENT^214725|DB9D',
      {
        message: {
          says: 'infusion',
          alarming: true,
          mode: 'HLD',
          infusedMl: 0.969,
          pressureMmHg: 530.15,
          remainingS: 249,
        },
      },
    ],
  ])('%s', (text, frame) => {
    expect(one(decoded('alaris-asena', ascii(`!${text}\r`)))).toMatchObject(frame);
  });
});

describe('Terumo TE', () => {
  it('asks as the manual prints it', () => {
    expect(terumoIdQuery()).toEqual(xml('<REQ><DEVID></DEVID></REQ>', '8411'));
    expect(terumoStatusQuery(DEVICE, 1)).toEqual(xml(`<REQ><DEVID>${DEVICE}</DEVID><CMD>AQEAAA==</CMD></REQ>`, 'A9A4'));
  });

  it('reads the id and the status that the manual prints', () => {
    expect(one(decoded('terumo-te', xml(`<REP><DEVID>${DEVICE}</DEVID></REP>`, 'D38C')))).toMatchObject({
      kind: 'reply',
      deviceId: DEVICE,
    });
    const status =
      'AAEAAAAEAwAQAAAAAFUABgAAAAAAAO7u7gAAAAgCvAAD6BOZmQAAhgAAAAAAAAAAAAALAAIBAgAo////AZASAHj6AEL3AAAAAAAAAAAAAAAARQApAAAT';
    const wire = xml(`<REP><DEVID>${DEVICE}</DEVID><CMD>${status}</CMD></REP>`, '901D');
    expect(one(decoded('terumo-te', wire))).toMatchObject({
      command: { sequence: 0, command: 1, subcommand: 0, result: 0 },
      message: {
        software: '4.03',
        state: 'stop',
        alarms: [],
        batteryBars: 5,
        onMains: true,
        subBattery: 'normal',
        occlusionPct: 0,
        syringeMl: 50,
        rateMlH: 0,
        deliveredMl: 0,
        dose: { value: 0, unit: 'mg/kg/h' },
        weightKg: 70,
        dilution: 10,
      },
    });
  });

  it('does not take the status that the manual prints with another check sum', () => {
    const status = 'AAEAAAADAQAAAAAAAFVAAAAAAAAAAAAAAAAAAAD//wAAAACZmQAAAgAAAAAAAAAAAAAA';
    const wire = xml(`<REP><DEVID>${DEVICE}</DEVID><CMD>${status}</CMD></REP>`, '85C8');
    expect(decoded('terumo-te', wire)).toEqual([{ ok: false, code: 'bad-crc', discarded: hex(wire) }]);
  });
});
