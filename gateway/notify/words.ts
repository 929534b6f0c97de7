import type { AlarmPriority } from '#model/alarms.ts';
import type { Language } from '#model/contact.ts';
import type { Message } from './channel.ts';

/**
 * What messages say: priority word, short opaque id, time, agency short name, link. A phone lies open on a table, so
 * nothing of a patient, a drug, a reading or a device is ever among these. Pure.
 */

interface Words {
  readonly priority: Readonly<Record<AlarmPriority, string>>;
  readonly alert: (word: string, id: string) => string;
  readonly alerts: (word: string, ids: string, more: number) => string;
  readonly gathered: (word: string, count: number) => string;
  readonly taken: (ids: string) => string;
  readonly resolved: (ids: string) => string;
  readonly test: string;
  readonly signIn: string;
  readonly confirm: string;
  readonly reply: (id: string) => string;
  readonly spoken: (word: string, id: string) => string;
  readonly spokenTest: string;
  readonly pin: string;
  readonly done: string;
  readonly tooLate: string;
  readonly wrong: string;
  readonly help: string;
}

export const wordsOf: Readonly<Record<Language, Words>> = {
  en: {
    priority: { high: 'HIGH', medium: 'MEDIUM', low: 'LOW', technical: 'TECHNICAL' },
    alert: (word, id) => `${word} alert ${id}`,
    alerts: (word, ids, more) => `${word} alerts ${ids}${more > 0 ? ` and ${more} more` : ''}`,
    gathered: (word, count) => `${word}: ${count} ${count === 1 ? 'alert' : 'alerts'}`,
    taken: (ids) => `Alert ${ids}: a colleague has it`,
    resolved: (ids) => `Alert ${ids} is over`,
    test: 'Test page',
    signIn: 'Sign in:',
    confirm: 'Confirm:',
    reply: (id) => `Reply 1 ${id} to take it, 2 ${id} if you cannot.`,
    spoken: (word, id) => `${word} priority alert. Code ${id}. Press 1 to take it. Press 2 if you cannot.`,
    spokenTest: 'This is a test page. Press 1 to confirm it.',
    pin: 'Enter your PIN.',
    done: 'Thank you. It is yours.',
    tooLate: 'It has changed since. Please sign in.',
    wrong: 'That was not understood. Please sign in.',
    help: 'Reply 1 and the code to take an alert, 2 and the code if you cannot.',
  },
  es: {
    priority: { high: 'ALTA', medium: 'MEDIA', low: 'BAJA', technical: 'TÉCNICA' },
    alert: (word, id) => `Alerta ${word} ${id}`,
    alerts: (word, ids, more) => `Alertas ${word} ${ids}${more > 0 ? ` y ${more} más` : ''}`,
    gathered: (word, count) => `${word}: ${count} ${count === 1 ? 'alerta' : 'alertas'}`,
    taken: (ids) => `Alerta ${ids}: ya la atiende un colega`,
    resolved: (ids) => `Alerta ${ids} terminada`,
    test: 'Mensaje de prueba',
    signIn: 'Entrar:',
    confirm: 'Confirmar:',
    reply: (id) => `Responda 1 ${id} para atenderla, 2 ${id} si no puede.`,
    spoken: (word, id) => `Alerta de prioridad ${word}. Código ${id}. Pulse 1 para atenderla. Pulse 2 si no puede.`,
    spokenTest: 'Este es un mensaje de prueba. Pulse 1 para confirmarlo.',
    pin: 'Introduzca su PIN.',
    done: 'Gracias. La alerta es suya.',
    tooLate: 'Ha cambiado. Entre en la consola, por favor.',
    wrong: 'No se ha entendido. Entre en la consola, por favor.',
    help: 'Responda 1 y el código para atender una alerta, 2 y el código si no puede.',
  },
};

/** Local time of the recipient, 24 hours. */
export function timeOf(at: number, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  return local.toPlainTime().toString({ smallestUnit: 'minute' });
}

/** The words without the link: subject of a mail, title of a notification. */
export function headline(message: Message): string {
  const words = wordsOf[message.language];
  const when = `${timeOf(message.at, message.zone)} ${message.agency}`;
  return `${what(message, words)} ${when}`;
}

function what({ kind, priority, codes, count }: Message, words: Words): string {
  const word = words.priority[priority];
  const ids = codes.join(', ');
  switch (kind) {
    case 'page':
      return count === 1 ? words.alert(word, ids) : words.alerts(word, ids, count - codes.length);
    case 'digest':
      return words.gathered(word, count);
    case 'taken':
      return words.taken(ids);
    case 'resolved':
      return words.resolved(ids);
    case 'test':
      return words.test;
  }
}

/** One text of everything, for short messages. */
export function shortText(message: Message): string {
  const words = wordsOf[message.language];
  const [code] = message.codes;
  const reply = message.kind === 'page' && code !== undefined ? ` ${words.reply(code)}` : '';
  return `${headline(message)}.${linkText(message, message.link)}${reply}`;
}

/** The same with the link that answers by one tap, for channels that only the recipient can read. */
export const longText = (message: Message): string => `${headline(message)}.${linkText(message, message.replyLink)}`;

/** What a call says. Letters and digits apart, so that they are read out one by one. */
export function spokenText(message: Message): string {
  const words = wordsOf[message.language];
  const [code = ''] = message.codes;
  if (message.kind === 'test') return words.spokenTest;
  return words.spoken(words.priority[message.priority], [...code].join(' '));
}

function linkText(message: Message, link: string | null): string {
  if (link === null || message.kind === 'resolved') return '';
  const words = wordsOf[message.language];
  return ` ${message.kind === 'test' ? words.confirm : words.signIn} ${link}`;
}
