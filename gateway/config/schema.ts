import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { notifyDefaults, notifySchema, notifyVariables, watchdogSchema } from './notify-schema.ts';

const port = Type.Integer({ minimum: 0, maximum: 65_535 });
const text = Type.String({ minLength: 1 });

/** The configuration file, and what the environment variables fill in. Unknown keys are errors. */
export const configSchema = Type.Object(
  {
    dataDir: text,
    /** Folder of the secret keys; `keys` in the data folder when absent. */
    keysDir: Type.Optional(text),
    logLevel: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']),
    enrolment: Type.Optional(Type.Enum(['open', 'closed'])),
    /** Path of a policy file; the built-in policy when absent. */
    policy: Type.Optional(text),
    /** Path of the settings of the benefit: supplier, payers, charges. */
    benefit: Type.Optional(text),
    http: Type.Object({ host: text, port, behindProxy: Type.Boolean() }, { additionalProperties: false }),
    /** Of the HTTP server and the embedded broker. */
    tls: Type.Object(
      {
        /** `own`: with a certificate from the gateway's own authority. */
        mode: Type.Optional(Type.Enum(['own'])),
        cert: Type.Optional(text),
        key: Type.Optional(text),
        /** Names and addresses of this machine for a certificate of its own, with commas between. */
        names: Type.Optional(text),
      },
      { additionalProperties: false },
    ),
    mqtt: Type.Object(
      {
        host: text,
        port,
        url: Type.Optional(text),
        username: Type.Optional(text),
        password: Type.Optional(text),
        ca: Type.Optional(text),
        cert: Type.Optional(text),
        key: Type.Optional(text),
        /** Connections that share one subscription at the outside broker. */
        shares: Type.Integer({ minimum: 1, maximum: 64 }),
        version: Type.Enum([4, 5]),
      },
      { additionalProperties: false },
    ),
    serial: Type.Object(
      {
        /** Devices, or `tcp://host:port`. */
        paths: Type.Array(text, { maxItems: 64 }),
        baud: Type.Integer({ minimum: 50, maximum: 4_000_000 }),
      },
      { additionalProperties: false },
    ),
    influx: Type.Object(
      {
        url: Type.Optional(text),
        database: Type.Optional(text),
        username: Type.Optional(text),
        password: Type.Optional(text),
        org: Type.Optional(text),
        bucket: Type.Optional(text),
        token: Type.Optional(text),
        ca: Type.Optional(text),
      },
      { additionalProperties: false },
    ),
    series: Type.Object(
      {
        /** Days that InfluxDB keeps readings, occlusions, alarms and alerts. */
        rawDays: Type.Integer({ minimum: 1, maximum: 36_500 }),
        /** Days that minutes are kept, in InfluxDB and beside the journal. */
        rollupDays: Type.Integer({ minimum: 1, maximum: 36_500 }),
      },
      { additionalProperties: false },
    ),
    notify: notifySchema,
    watchdog: watchdogSchema,
    signIn: Type.Object(
      {
        /** A session ends when it was not used for this long. */
        idleMinutes: Type.Integer({ minimum: 1, maximum: 10_080 }),
        /** A session ends this long after the sign-in, however much it is used. */
        absoluteHours: Type.Integer({ minimum: 1, maximum: 744 }),
      },
      { additionalProperties: false },
    ),
    /** Where a collector of OpenTelemetry takes traces (OTLP/HTTP, JSON). */
    traces: Type.Object({ url: Type.Optional(text) }, { additionalProperties: false }),
    journal: Type.Object(
      {
        /** Days that readings stay in the journal at least. */
        retentionDays: Type.Integer({ minimum: 1, maximum: 36_500 }),
        /** The journal refuses to grow past this. */
        maxBytes: Type.Integer({ minimum: 1_048_576 }),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);

export type Config = Static<typeof configSchema>;

/** One thing wrong with the configuration, and what mends it. */
export interface ConfigProblem {
  /** Key of the file or name of the variable. */
  readonly where: string;
  readonly problem: string;
  readonly mend: string;
}

export const configCheck = Compile(configSchema);

export const configDefaults: Config = {
  dataDir: './data',
  logLevel: 'info',
  http: { host: '127.0.0.1', port: 8080, behindProxy: false },
  tls: {},
  mqtt: { host: '127.0.0.1', port: 1883, shares: 1, version: 4 },
  serial: { paths: [], baud: 115_200 },
  influx: {},
  series: { rawDays: 30, rollupDays: 730 },
  notify: notifyDefaults,
  watchdog: {},
  signIn: { idleMinutes: 720, absoluteHours: 24 },
  traces: {},
  journal: { retentionDays: 400, maxBytes: 64 * 1024 ** 3 },
};

/** `list`: texts with commas between them. */
export type VariableKind = 'text' | 'integer' | 'boolean' | 'list';

/** Environment variable -> place in the configuration. Each also has a `_FILE` form that names a file with the value. */
export const configVariables: Readonly<
  Record<string, { readonly path: readonly string[]; readonly kind: VariableKind }>
> = {
  INFUSION_DATA_DIR: { path: ['dataDir'], kind: 'text' },
  INFUSION_KEYS_DIR: { path: ['keysDir'], kind: 'text' },
  INFUSION_BENEFIT: { path: ['benefit'], kind: 'text' },
  INFUSION_LOG_LEVEL: { path: ['logLevel'], kind: 'text' },
  INFUSION_ENROLMENT: { path: ['enrolment'], kind: 'text' },
  INFUSION_POLICY: { path: ['policy'], kind: 'text' },
  INFUSION_HTTP_HOST: { path: ['http', 'host'], kind: 'text' },
  INFUSION_HTTP_PORT: { path: ['http', 'port'], kind: 'integer' },
  INFUSION_HTTP_BEHIND_PROXY: { path: ['http', 'behindProxy'], kind: 'boolean' },
  INFUSION_TLS: { path: ['tls', 'mode'], kind: 'text' },
  INFUSION_TLS_CERT: { path: ['tls', 'cert'], kind: 'text' },
  INFUSION_TLS_KEY: { path: ['tls', 'key'], kind: 'text' },
  INFUSION_TLS_NAMES: { path: ['tls', 'names'], kind: 'text' },
  INFUSION_MQTT_HOST: { path: ['mqtt', 'host'], kind: 'text' },
  INFUSION_MQTT_PORT: { path: ['mqtt', 'port'], kind: 'integer' },
  INFUSION_MQTT_URL: { path: ['mqtt', 'url'], kind: 'text' },
  INFUSION_MQTT_USERNAME: { path: ['mqtt', 'username'], kind: 'text' },
  INFUSION_MQTT_PASSWORD: { path: ['mqtt', 'password'], kind: 'text' },
  INFUSION_MQTT_CA: { path: ['mqtt', 'ca'], kind: 'text' },
  INFUSION_MQTT_CERT: { path: ['mqtt', 'cert'], kind: 'text' },
  INFUSION_MQTT_KEY: { path: ['mqtt', 'key'], kind: 'text' },
  INFUSION_MQTT_SHARES: { path: ['mqtt', 'shares'], kind: 'integer' },
  INFUSION_MQTT_VERSION: { path: ['mqtt', 'version'], kind: 'integer' },
  INFUSION_SERIAL_PATHS: { path: ['serial', 'paths'], kind: 'list' },
  INFUSION_SERIAL_BAUD: { path: ['serial', 'baud'], kind: 'integer' },
  INFUSION_INFLUX_URL: { path: ['influx', 'url'], kind: 'text' },
  INFUSION_INFLUX_DATABASE: { path: ['influx', 'database'], kind: 'text' },
  INFUSION_INFLUX_USERNAME: { path: ['influx', 'username'], kind: 'text' },
  INFUSION_INFLUX_PASSWORD: { path: ['influx', 'password'], kind: 'text' },
  INFUSION_INFLUX_ORG: { path: ['influx', 'org'], kind: 'text' },
  INFUSION_INFLUX_BUCKET: { path: ['influx', 'bucket'], kind: 'text' },
  INFUSION_INFLUX_TOKEN: { path: ['influx', 'token'], kind: 'text' },
  INFUSION_INFLUX_CA: { path: ['influx', 'ca'], kind: 'text' },
  INFUSION_SERIES_RAW_DAYS: { path: ['series', 'rawDays'], kind: 'integer' },
  INFUSION_SERIES_ROLLUP_DAYS: { path: ['series', 'rollupDays'], kind: 'integer' },
  ...notifyVariables,
  INFUSION_SIGN_IN_IDLE_MINUTES: { path: ['signIn', 'idleMinutes'], kind: 'integer' },
  INFUSION_SIGN_IN_ABSOLUTE_HOURS: { path: ['signIn', 'absoluteHours'], kind: 'integer' },
  INFUSION_TRACES_URL: { path: ['traces', 'url'], kind: 'text' },
  INFUSION_JOURNAL_RETENTION_DAYS: { path: ['journal', 'retentionDays'], kind: 'integer' },
  INFUSION_JOURNAL_MAX_BYTES: { path: ['journal', 'maxBytes'], kind: 'integer' },
};
