import { readFileSync } from 'node:fs';
import type { ApiApp } from './api-app.ts';

const file = (name: string): string => readFileSync(new URL(`../../dashboards/reply/${name}`, import.meta.url), 'utf8');

/**
 * The page behind the link of a message. It is the same for everybody and changes nothing: what it shows and does goes
 * through calls with the token, which stands behind the `#` and reaches no server log.
 */
export function addReplyPage(app: ApiApp): void {
  const pages = [
    ['/a/:code', 'reply.html', 'text/html; charset=utf-8'],
    ['/a/reply.js', 'reply.js', 'text/javascript; charset=utf-8'],
    ['/a/reply.css', 'reply.css', 'text/css; charset=utf-8'],
  ] as const;
  for (const [path, name, type] of pages) {
    const text = file(name);
    app.get(path, { config: { needs: 'open' }, schema: { hide: true } }, (_request, reply) =>
      reply.type(type).send(text),
    );
  }
}
