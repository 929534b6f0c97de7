import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/**
 * Path of a server or tool on this machine, looked for in PATH and in the folders where Debian puts servers.
 * @throws Error when it is missing: a test that needs a real part fails without it, and never skips.
 */
export function findServer(name: string): string {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/bin', '/usr/local/bin'];
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  throw new Error(`${name} is not installed. The README's "apt-get install" line names what the tests need.`);
}
