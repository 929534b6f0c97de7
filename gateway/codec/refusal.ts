/** Why a message or a reading was refused. Stable: senders and people branch on these. */
export const refusalCodes = {
  'unknown-topic': 'The topic is not one a hub may publish to.',
  'forbidden-topic': 'This link has no right to the topic.',
  'bad-hub-id': 'The hub id in the topic breaks the pattern for ids.',
  'bad-pump-id': 'The pump id in the topic breaks the pattern for ids.',
  'bad-frame': 'Bytes on a serial line are no frame: noise, a wrong speed, or a wrong checksum. They were thrown away.',
  'message-too-large': 'The message is over 256 KiB.',
  'too-many-readings': 'The message holds more than 500 readings.',
  'no-readings': 'The message holds no reading.',
  'not-utf8': 'The message is not valid UTF-8.',
  'not-json': 'The text is not valid JSON.',
  'not-an-object': 'A JSON object was expected.',
  'duplicate-key': 'An object holds the same key twice, so its meaning is not certain.',
  'too-deep': 'Brackets stand in one another more than 32 deep.',
  'null-value': 'A value is null. Leave out what was not measured.',
  'missing-field': 'A required field is missing.',
  'wrong-type': 'A field has a value of the wrong type.',
  'out-of-range': 'A value is outside what is physically or formally possible.',
  'not-finite': 'A number is not finite.',
  'bad-id': 'An id breaks the pattern for ids.',
  'bad-text': 'A text holds characters that cannot be stored.',
  'unknown-state': 'The pump state is not one of the contract.',
  'time-too-early': 'The time is before the year 2000.',
  'time-too-late': 'The time is more than a year ahead.',
  'sequence-conflict': 'Another reading with the same pump, boot and seq was stored before; the first stays.',
} as const;

export type RefusalCode = keyof typeof refusalCodes;

export interface Refusal {
  readonly code: RefusalCode;
  /** Which field, which rule: never the value, which could be anything. */
  readonly detail: string;
}
