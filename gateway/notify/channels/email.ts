import { createTransport } from 'nodemailer';
import { accepted, type Channel, failed, type Message, type SendResult } from '../channel.ts';
import { headline, longText } from '../words.ts';

export interface EmailOptions {
  /** `smtp://user:password@host:port` (STARTTLS) or `smtps://…`. */
  readonly url: string;
  readonly from: string;
  /** Without it a server that offers no STARTTLS is refused; loopback may do without. */
  readonly plainAllowed: boolean;
  readonly ca?: string;
  readonly dkim?: { readonly domainName: string; readonly keySelector: string; readonly privateKey: string };
}

const LIMIT_MS = 10_000;

/** Mail by SMTP. What the server takes counts as sent; that it was read is known only by its link. */
export function emailChannel(options: EmailOptions): Channel {
  const { hostname, port, protocol, username, password } = new URL(options.url);
  const secure = protocol === 'smtps:';
  const transport = createTransport({
    pool: true,
    maxConnections: 5,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !options.plainAllowed,
    connectionTimeout: LIMIT_MS,
    greetingTimeout: LIMIT_MS,
    socketTimeout: LIMIT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    ...(options.ca !== undefined && { tls: { ca: options.ca } }),
    ...(options.dkim && { dkim: options.dkim }),
  });
  const domain = /@([^>\s]+)/.exec(options.from)?.[1] ?? 'localhost';
  return {
    kind: 'email',
    concurrency: 5,
    perPerson: { kind: 'none' },
    send: async (message) => send(message),
    close: async () => transport.close(),
  };

  async function send(message: Message): Promise<SendResult> {
    try {
      await transport.sendMail({
        from: options.from,
        to: message.points.map(({ address }) => address),
        subject: headline(message),
        text: `${longText(message)}\n`,
        messageId: `<${message.id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        ...(message.priority === 'high' && { priority: 'high' as const }),
      });
      return accepted();
    } catch (error) {
      return failureOf(error);
    }
  }
}

function failureOf(error: unknown): SendResult {
  const reply = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : Number.NaN;
  if (reply >= 500) return failed(`the mail server answered ${reply}`, true);
  if (reply >= 400) return failed(`the mail server answered ${reply}`);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no connection';
  return failed(`mail: ${code}`);
}
