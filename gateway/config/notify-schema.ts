import Type, { type Static } from 'typebox';

const text = Type.String({ minLength: 1 });
const exact = { additionalProperties: false } as const;
const maybe = Type.Optional(text);

/** How people are reached. A channel whose address is not set is not offered. */
export const notifySchema = Type.Object(
  {
    /** Where people reach this gateway, for the links in messages and the callbacks of providers. */
    publicUrl: maybe,
    /** Short name of the agency in messages. */
    agency: Type.String({ minLength: 1, maxLength: 24 }),
    smtp: Type.Object(
      { url: maybe, from: maybe, ca: maybe, dkimDomain: maybe, dkimSelector: maybe, dkimKey: maybe },
      exact,
    ),
    push: Type.Object({ subject: maybe, ca: maybe }, exact),
    /** An HTTP provider of texts and calls that speaks as Twilio's does. */
    phone: Type.Object({ url: maybe, account: maybe, token: maybe, from: maybe }, exact),
    ntfy: Type.Object({ token: maybe }, exact),
    /** Hosts inside our own network that messages may go to. */
    allowHosts: Type.Array(text, { maxItems: 64 }),
  },
  exact,
);
export type NotifyConfig = Static<typeof notifySchema>;

/** The watchdog: where the gateway tells that it is well, and, in the watchdog's own process, whom it pages. */
export const watchdogSchema = Type.Object(
  {
    url: maybe,
    secret: maybe,
    host: maybe,
    port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
    /** `email:ops@example.org`, `sms:+12025550100`, … */
    to: Type.Optional(Type.Array(text, { minItems: 1, maxItems: 32 })),
    /** How long without a ping until it pages. */
    silenceSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 90 })),
    /** Id of the home hub that the watchdog plays. Its alarms go to no person; the gateway has to be told too. */
    canaryHub: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,47}$' })),
    /** The gateway's broker, for the watchdog. */
    canaryMqttUrl: maybe,
    canaryPassword: maybe,
    /** PEM file of the authority of the broker. */
    canaryCa: maybe,
    /** How often its alarm is sent. */
    canarySeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_600 })),
  },
  exact,
);

export const notifyDefaults: NotifyConfig = {
  agency: 'Infusion',
  smtp: {},
  push: {},
  phone: {},
  ntfy: {},
  allowHosts: [],
};

const at = (...path: string[]) => ({ path: ['notify', ...path], kind: 'text' as const });

export const notifyVariables = {
  INFUSION_PUBLIC_URL: at('publicUrl'),
  INFUSION_AGENCY: at('agency'),
  INFUSION_SMTP_URL: at('smtp', 'url'),
  INFUSION_SMTP_FROM: at('smtp', 'from'),
  INFUSION_SMTP_CA: at('smtp', 'ca'),
  INFUSION_SMTP_DKIM_DOMAIN: at('smtp', 'dkimDomain'),
  INFUSION_SMTP_DKIM_SELECTOR: at('smtp', 'dkimSelector'),
  INFUSION_SMTP_DKIM_KEY: at('smtp', 'dkimKey'),
  INFUSION_PUSH_SUBJECT: at('push', 'subject'),
  INFUSION_PUSH_CA: at('push', 'ca'),
  INFUSION_PHONE_URL: at('phone', 'url'),
  INFUSION_PHONE_ACCOUNT: at('phone', 'account'),
  INFUSION_PHONE_TOKEN: at('phone', 'token'),
  INFUSION_PHONE_FROM: at('phone', 'from'),
  INFUSION_NTFY_TOKEN: at('ntfy', 'token'),
  INFUSION_NOTIFY_ALLOW_HOSTS: { path: ['notify', 'allowHosts'], kind: 'list' as const },
  INFUSION_WATCHDOG_URL: { path: ['watchdog', 'url'], kind: 'text' as const },
  INFUSION_WATCHDOG_HOST: { path: ['watchdog', 'host'], kind: 'text' as const },
  INFUSION_WATCHDOG_PORT: { path: ['watchdog', 'port'], kind: 'integer' as const },
  INFUSION_WATCHDOG_TO: { path: ['watchdog', 'to'], kind: 'list' as const },
  INFUSION_WATCHDOG_SECRET: { path: ['watchdog', 'secret'], kind: 'text' as const },
  INFUSION_WATCHDOG_SILENCE_SECONDS: { path: ['watchdog', 'silenceSeconds'], kind: 'integer' as const },
  INFUSION_WATCHDOG_CANARY_HUB: { path: ['watchdog', 'canaryHub'], kind: 'text' as const },
  INFUSION_WATCHDOG_CANARY_MQTT_URL: { path: ['watchdog', 'canaryMqttUrl'], kind: 'text' as const },
  INFUSION_WATCHDOG_CANARY_PASSWORD: { path: ['watchdog', 'canaryPassword'], kind: 'text' as const },
  INFUSION_WATCHDOG_CANARY_CA: { path: ['watchdog', 'canaryCa'], kind: 'text' as const },
  INFUSION_WATCHDOG_CANARY_SECONDS: { path: ['watchdog', 'canarySeconds'], kind: 'integer' as const },
};
