import type { Language } from '#model/contact.ts';
import type { Message } from '../channel.ts';
import { spokenText, wordsOf } from '../words.ts';

const voices: Readonly<Record<Language, string>> = { en: 'en-US', es: 'es-US' };

const xml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const say = (language: Language, text: string): string => `<Say language="${voices[language]}">${xml(text)}</Say>`;

const gather = (language: Language, text: string, action: string, digits: string): string =>
  `<Gather ${digits} timeout="8" action="${xml(action)}" method="POST">${say(language, text)}</Gather>`;

const script = (inside: string): string => `<?xml version="1.0" encoding="UTF-8"?><Response>${inside}</Response>`;

/** What a call says first, twice, and where its key goes (TwiML). */
export function callScript(message: Message, keysUrl: string | null): string {
  const { language } = message;
  const text = spokenText(message);
  if (keysUrl === null) return script(say(language, text).repeat(2));
  return script(gather(language, text, keysUrl, 'numDigits="1"').repeat(2));
}

/** Asks for the PIN after "1". */
export const pinScript = (language: Language, pinUrl: string): string =>
  script(gather(language, wordsOf[language].pin, pinUrl, 'finishOnKey="#" numDigits="8"'));

export const closingScript = (language: Language, text: string): string => script(`${say(language, text)}<Hangup/>`);

/** The answer to a text message, as the provider takes it. */
export const textScript = (text: string): string => script(`<Message>${xml(text)}</Message>`);
