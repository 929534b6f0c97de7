import { constants } from 'node:crypto';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { seconds } from '#kernel/time.ts';

/** PEM texts. */
export interface MqttTls {
  readonly cert: string;
  readonly key: string;
  /** Who vouches for hubs. */
  readonly ca: string;
}

/**
 * TLS 1.2 or later, with the hub's certificate asked for but not demanded: a hub may say a password instead. No tickets:
 * each link shows its certificate anew, so that a revoked one cannot ride on an older session.
 */
export function createMqttTlsServer({ cert, key, ca }: MqttTls, accept: (socket: TLSSocket) => void): Server {
  const server = createServer(
    {
      cert,
      key,
      ca,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      secureOptions: constants.SSL_OP_NO_TICKET,
      handshakeTimeout: seconds(10),
      noDelay: true,
    },
    accept,
  );
  // A handshake that fails is the other side's affair; its socket is closed already.
  server.on('tlsClientError', () => {});
  return server;
}
