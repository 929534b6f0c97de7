import { parseAlertPolicy } from '#alerts/policy.ts';
import { checkClaimFacts } from '#benefit/check-claim-facts.ts';
import { readRemittance } from '#benefit/claims/remittance.ts';
import { decideClaims } from '#benefit/decide-claims.ts';
import { readFacts } from '#benefit/facts/import-facts.ts';
import { parseHubCommand } from '#codec/hub-command.ts';
import { encodeReadings } from '#codec/hub-json.ts';
import { decodeHubMessage } from '#codec/hub-message.ts';
import { pumpProtocolIds, pumpProtocols } from '#codec/pumps/protocols.ts';
import { encodeSerialFrame, SerialFrameDecoder } from '#codec/serial-frame.ts';
import { addressOfFrame } from '#codec/serial-message.ts';
import { GatewayError } from '#kernel/errors.ts';
import { wallMs } from '#kernel/time.ts';
import { csvOfRows, fileKinds, fileOfCsv, fileOfJson } from '#registry/registry-file.ts';
import { importRegistry } from '#registry/registry-import.ts';
import { reading, T0 } from '#support/hub-messages.ts';
import { filledRegistry, sampleRecords } from '#support/registry-samples.ts';
import type { FuzzTarget } from './fuzz.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const json = (value: unknown): Buffer => bytes(JSON.stringify(value));
const texts = (input: Uint8Array): string => Buffer.from(input).toString('utf8');

/** A parser without a state: what it refuses on purpose is no finding. */
function parser(name: string, seeds: readonly Uint8Array[], parse: (input: Uint8Array) => unknown): FuzzTarget {
  const feed = (input: Uint8Array) => {
    try {
      parse(input);
    } catch (error) {
      const meant = error instanceof GatewayError && error.code !== 'gateway-fault';
      if (!meant) throw error;
    }
  };
  return { name, seeds, open: async () => ({ feed, close: async () => {} }) };
}

/** JSON that is none is refused by whoever reads the body or file. */
function ofJson(parse: (value: unknown) => unknown): (input: Uint8Array) => void {
  return (input) => {
    let value: unknown;
    try {
      value = JSON.parse(texts(input));
    } catch {
      return;
    }
    parse(value);
  };
}

const readings = json({ boot: 'boot-1', readings: [0, 1, 2].map((seq) => reading(seq, { alarms: ['door-open'] })) });
const status = json({ state: 'online', boot: 'b', at: T0, firmware: '1', pumps: [{ id: 'p', model: 'm' }] });
const serial = (value: Record<string, unknown>) => json({ hub: 'hub-1', pump: 'pump-1', ...value });
const onWire = (type: 'R' | 'S', payload: Uint8Array) => encodeSerialFrame({ type, id: 7, payload });

const isa = [
  ...['ISA*00*          *00*          *ZZ*PAYER          *ZZ*SUPPLIER       *260301*1200*^*00501*000000001*0*P*:'],
  ...['GS*HP*PAYER*SUPPLIER*20260301*1200*1*X*005010X221A1', 'ST*835*0001', 'CLP*claim-1*1*100*80*20*12*control'],
  ...['CAS*CO*45*20**253*1', 'SVC*HC:G0068*100*80', 'SE*6*0001', 'GE*1*1', 'IEA*1*000000001', ''],
].join('~');

const span = { from: '2026-01-01', to: '2026-12-31' };
const facts = {
  patient: { id: 'p', zone: 'America/New_York' },
  ...{ from: '2026-03-01', to: '2026-03-05', submitOn: '2026-04-01' },
  supplier: { qualified: [{ from: '2021-01-01', to: null }] },
  plans: [{ id: 'a', establishedBy: 'physician', signedOn: '2026-01-02', ...span, services: ['professional'] }],
  orders: [{ id: 'o', jcode: 'J1559', modifiers: ['JB'], pumpCode: 'E0781', from: '2026-01-01', to: null }],
  administrations: [{ order: 'o', start: '2026-03-02T10:00:00Z', end: '2026-03-02T12:00:00Z', volume_ml: 20 }],
  visits: [
    {
      ...{ id: 'v', in: '2026-03-02T10:00:00-05:00', out: '2026-03-02T12:00:00-05:00', place: '12' },
      ...{ professional: 'rn', complex: true, signed: true },
    },
  ],
  ...{ services: [], drugClaims: [{ jcode: 'J1559', date: '2026-03-01' }], priorLines: [], discharges: [] },
  rates: [{ code: 'G0069', ...span, amountCents: 1_000 }],
};

const { identities: _none, ...kinds } = { identities: null, ...sampleRecords };
const csvSeeds = fileKinds.map((kind) => {
  const rows: readonly object[] = Object.entries(kinds).find(([name]) => name === kind)?.[1] ?? [];
  return Buffer.concat([bytes(`${kind}\n`), bytes(csvOfRows(kind, rows))]);
});

/** Every parser that bytes from outside reach without a server before it. */
export const parsers: readonly FuzzTarget[] = [
  parser('hub-readings', [readings, bytes(encodeReadings('b', []))], (input) =>
    decodeHubMessage('infusion/v1/hub-1/pump-1/readings', input, wallMs(T0)),
  ),
  parser('hub-status', [status], (input) => decodeHubMessage('infusion/v1/hub-1/status', input, wallMs(T0))),
  parser('hub-topic', [bytes('infusion/v1/hub-1/pump-1/readings'), bytes('infusion/v1/hub-1/status')], (input) =>
    decodeHubMessage(texts(input), readings, wallMs(T0)),
  ),
  parser('hub-command', [json({ type: 'resend', pump: 'p', boot: 'b', from: 0, to: 9 })], (input) =>
    parseHubCommand(texts(input)),
  ),
  parser(
    'serial-line',
    [onWire('R', serial({ boot: 'b', readings: [reading(0)] })), onWire('S', serial({ state: 'online' }))],
    (input) => {
      const decoder = new SerialFrameDecoder();
      const half = Math.floor(input.length / 2);
      const events = [
        ...decoder.push(input.subarray(0, half)),
        ...decoder.push(input.subarray(half)),
        ...decoder.end(),
      ];
      for (const event of events) {
        if (event.ok && (event.frame.type === 'R' || event.frame.type === 'S')) {
          addressOfFrame(event.frame.type, event.frame.payload);
        }
      }
    },
  ),
  parser('serial-payload', [serial({ boot: 'b', readings: [reading(0)] })], (input) => addressOfFrame('R', input)),
  ...pumpProtocolIds.map((id) =>
    parser(
      `pump-${id}`,
      [
        bytes('\x0200I12.5MM\x03'),
        bytes('\x02\x0b00S?\x55\x43\x03'),
        bytes('!RATE^12.5|A1B2\r'),
        bytes('ST,010.0\r\n'),
      ],
      (input) => {
        const decoder = pumpProtocols[id].decoder();
        const third = Math.floor(input.length / 3);
        decoder.push(input.subarray(0, third));
        decoder.push(input.subarray(third));
        decoder.end();
      },
    ),
  ),
  parser('registry-json', [json(sampleRecords)], (input) => {
    const { registry, identities } = filledRegistry();
    importRegistry(registry, identities, fileOfJson(texts(input)), { by: 'fuzz' });
  }),
  parser('registry-csv', csvSeeds, (input) => {
    const text = texts(input);
    const [first = ''] = text.split('\n', 1);
    const kind = fileKinds.find((one) => first.startsWith(one)) ?? 'patients';
    const { registry, identities } = filledRegistry();
    importRegistry(registry, identities, fileOfCsv(kind, text.slice(first.length + 1)), { by: 'fuzz' });
  }),
  parser('remittance-835', [bytes(isa)], (input) => readRemittance(texts(input))),
  parser(
    'claim-facts',
    [json(facts)],
    ofJson((value) => {
      const checked = checkClaimFacts(value);
      if (checked.ok) decideClaims(checked.facts);
    }),
  ),
  parser(
    'benefit-facts',
    [json([{ kind: 'visit', patient: 'p', id: 'v', start: '2026-03-02T10:00:00Z', signedBy: 'a', signedAt: 'b' }])],
    ofJson((value) => readFacts(Array.isArray(value) ? value : [value])),
  ),
  parser(
    'policy',
    [json({ id: 'p', version: '1' })],
    ofJson((value) => parseAlertPolicy(value)),
  ),
];
