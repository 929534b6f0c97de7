import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { ApiApp } from './api-app.ts';

const NOT_BUILT = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Infusion gateway</title>
<h1>The console is not built</h1>
<p>Run <code>npm run build:console</code> and start the gateway again. The API is served meanwhile:
<a href="/api/openapi.json">/api/openapi.json</a>.</p></html>
`;

/** Serves the built console at `/`, or a page that says how to build it. `folder` is where the build put it. */
export async function addConsole(app: ApiApp, folder: string | undefined): Promise<void> {
  if (folder === undefined || !existsSync(join(folder, 'index.html'))) {
    app.get('/', { config: { needs: 'open' }, schema: { hide: true } }, (_request, reply) =>
      reply.type('text/html; charset=utf-8').send(NOT_BUILT),
    );
    return;
  }
  const hashed = join(folder, 'assets') + sep;
  await app.register(fastifyStatic, {
    root: folder,
    cacheControl: false,
    dotfiles: 'ignore',
    preCompressed: true,
    // The build puts a hash of the content into the names under assets/: such a file never changes.
    setHeaders: (reply, path) => {
      const kept = path.startsWith(hashed) ? 'public, max-age=31536000, immutable' : 'no-cache';
      reply.header('cache-control', kept);
    },
  });
}
