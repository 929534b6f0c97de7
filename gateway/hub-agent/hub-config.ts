import { readFileSync } from 'node:fs';
import { parse as parseToml } from 'smol-toml';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { pumpProtocolIds } from '#codec/pumps/protocols.ts';
import { GatewayError, messageOf } from '#kernel/errors.ts';
import { WIRE_ID_PATTERN } from '#kernel/ids.ts';

const text = Type.String({ minLength: 1 });
const id = Type.String({ pattern: WIRE_ID_PATTERN });
const label = Type.String({ minLength: 1, maxLength: 128 });
const baud = Type.Integer({ minimum: 300, maximum: 4_000_000 });
const closed = { additionalProperties: false } as const;

/** The configuration file of a home hub. Unknown keys are errors. docs/home-hub.md describes each. */
const schema = Type.Object(
  {
    hub: id,
    dataDir: text,
    logLevel: Type.Optional(Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])),
    uplink: Type.Object(
      {
        /** `mqtts://host:port`, `mqtt://` on loopback, or `serial:/dev/NAME?baud=115200`. */
        url: text,
        caFile: Type.Optional(text),
        certFile: Type.Optional(text),
        keyFile: Type.Optional(text),
        username: Type.Optional(text),
        passwordFile: Type.Optional(text),
      },
      closed,
    ),
    store: Type.Optional(
      Type.Object(
        {
          maxBytes: Type.Optional(Type.Integer({ minimum: 1_048_576 })),
          keepHours: Type.Optional(Type.Integer({ minimum: 1, maximum: 87_600 })),
        },
        closed,
      ),
    ),
    pumps: Type.Array(
      Type.Object(
        {
          id,
          protocol: Type.Enum([...pumpProtocolIds]),
          /** `/dev/NAME`, or `tcp://host:port` of a terminal server. */
          port: text,
          baud: Type.Optional(baud),
          address: Type.Optional(Type.Integer({ minimum: 0, maximum: 99 })),
          model: Type.Optional(label),
          serial: Type.Optional(label),
          /** Only of `ne1000-safe`: asking starts the pump's watchdog. */
          askInSafeMode: Type.Optional(Type.Boolean()),
        },
        closed,
      ),
      { minItems: 1, maxItems: 32 },
    ),
  },
  closed,
);
const check = Compile(schema);

export type HubConfig = Static<typeof schema>;
export type HubPumpConfig = HubConfig['pumps'][number];

/** Addresses where nobody listens in between. */
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** @throws GatewayError `config-invalid` that carries every problem */
export function readHubConfig(file: string): HubConfig {
  const value = parsed(file);
  const config = check.Check(value) ? value : undefined;
  const problems = config ? crossChecks(config) : formProblems(value);
  if (!config || problems.length > 0) {
    throw new GatewayError('config-invalid', problems.map((problem) => `\n  ${problem}`).join(''));
  }
  return config;
}

/** The text of a file that the configuration names; undefined when it names none. @throws GatewayError `config-invalid` */
export function fileText(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new GatewayError('config-invalid', `\n  ${messageOf(error)}`, { cause: error });
  }
}

function parsed(file: string): unknown {
  try {
    const content = readFileSync(file, 'utf8');
    return file.endsWith('.json') ? JSON.parse(content) : parseToml(content);
  } catch (error) {
    throw new GatewayError('config-invalid', `\n  ${file}: ${messageOf(error)}`, { cause: error });
  }
}

function formProblems(value: unknown): string[] {
  // A key too many is told twice: once by the table that has it, once by itself.
  const told = check.Errors(value).filter(({ keyword }) => keyword !== 'boolean');
  return told.map((error) => {
    const extra = error.keyword === 'additionalProperties' ? error.params.additionalProperties.join(', ') : '';
    const where = [error.instancePath.slice(1).replaceAll('/', '.'), extra].filter((part) => part !== '').join('.');
    return `${where || 'the file'}: ${extra === '' ? error.message : 'there is no such key'}`;
  });
}

function crossChecks({ uplink, pumps }: HubConfig): string[] {
  const problems: string[] = [];
  const serial = uplink.url.startsWith('serial:');
  const url = URL.parse(uplink.url);
  if (serial) {
    if (!/^serial:\/[^?]+(?:\?baud=\d+)?$/.test(uplink.url))
      problems.push('uplink.url: write serial:/dev/NAME?baud=115200');
  } else if (!url || (url.protocol !== 'mqtts:' && url.protocol !== 'mqtt:') || url.hostname === '') {
    problems.push('uplink.url: write mqtts://host:port');
  } else if (url.protocol === 'mqtt:' && !LOOPBACK.has(url.hostname)) {
    problems.push('uplink.url: readings leave this machine only over TLS: write mqtts://');
  }
  if ((uplink.certFile === undefined) !== (uplink.keyFile === undefined)) {
    problems.push('uplink: a certificate and its key go together');
  }
  const ids = pumps.map(({ id: pump }) => pump);
  for (const twice of new Set(ids.filter((pump, i) => ids.indexOf(pump) !== i))) {
    problems.push(`pumps: the id ${twice} is used twice`);
  }
  const ports = pumps.map(({ port }) => port);
  for (const twice of new Set(ports.filter((port, i) => ports.indexOf(port) !== i))) {
    problems.push(`pumps: the port ${twice} is used twice`);
  }
  for (const { id: pump, port, protocol, askInSafeMode, baud: speed } of pumps) {
    if (!/^\/.|^tcp:\/\/[^/:]+:\d+$/.test(port)) problems.push(`pumps ${pump}: port is /dev/NAME or tcp://host:port`);
    if (askInSafeMode !== undefined && protocol !== 'ne1000-safe') {
      problems.push(`pumps ${pump}: askInSafeMode is for ne1000-safe`);
    }
    if (protocol === 'terumo-te' && speed === undefined && port.startsWith('/')) {
      problems.push(`pumps ${pump}: the maker publishes no baud rate, so baud has to be given`);
    }
  }
  return problems;
}
