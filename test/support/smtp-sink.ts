import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';
import { freePort } from './free-port.ts';

/** How the server treats the next message. `cut` takes it and closes the link before it answers. */
export type SmtpAnswer = 'take' | 'later' | 'never' | 'hang' | 'cut';

export interface SinkMail {
  readonly to: readonly string[];
  readonly text: string;
}

/** A real mail server on loopback that keeps what it takes. */
export class SmtpSink {
  readonly mails: SinkMail[] = [];
  answer: SmtpAnswer = 'take';
  tries = 0;
  readonly #server: SMTPServer;
  readonly port: number;

  private constructor(port: number, tls: { key: string; cert: string } | undefined) {
    this.port = port;
    this.#server = new SMTPServer({
      authOptional: true,
      ...(tls ? { key: tls.key, cert: tls.cert } : { disabledCommands: ['STARTTLS'] }),
      onData: (stream, session, done) => {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          this.tries += 1;
          const { answer } = this;
          if (answer === 'later') return done(Object.assign(new Error('busy'), { responseCode: 451 }));
          if (answer === 'never') return done(Object.assign(new Error('no such user'), { responseCode: 550 }));
          if (answer === 'hang') return undefined;
          const to = session.envelope.rcptTo.map(({ address }) => address);
          this.mails.push({ to, text: Buffer.concat(parts).toString() });
          if (answer === 'cut') {
            for (const connection of this.#server.connections) connection.close();
            return undefined;
          }
          return done();
        });
      },
    });
    this.#server.on('error', () => {});
  }

  static async start(tls?: { key: string; cert: string }): Promise<SmtpSink> {
    const sink = new SmtpSink(await freePort(), tls);
    const listening = once(sink.#server.server, 'listening');
    sink.#server.listen(sink.port, '127.0.0.1');
    await listening;
    return sink;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** The first link in a mail, with the line breaks of quoted-printable taken out. */
export function linkIn({ text }: SinkMail): string {
  const plain = text.replaceAll('=\r\n', '').replaceAll('=3D', '=');
  const link = /https?:\/\/\S+/.exec(plain)?.[0];
  if (link === undefined) throw new Error(`no link in ${plain}`);
  return link;
}
