import { accessSync, constants, statSync } from 'node:fs';
import { messageOf, systemCodeOf } from '#kernel/errors.ts';
import { isLoopback } from './loopback.ts';
import type { Config, ConfigProblem } from './schema.ts';

const where = 'INFUSION_SERIAL_PATHS';

/** Host and port of `tcp://host:port`, undefined for anything else. */
export function tcpAddressOf(path: string): { readonly host: string; readonly port: number } | undefined {
  const url = path.startsWith('tcp://') ? URL.parse(path) : null;
  if (!url || url.hostname === '' || url.port === '' || !['', '/'].includes(url.pathname)) return undefined;
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) };
}

/** What can be said of serial lines without touching them. */
export function serialChecks({ paths }: Config['serial']): ConfigProblem[] {
  const problems = paths.flatMap((path): ConfigProblem[] => {
    const address = tcpAddressOf(path);
    if (address && isLoopback(address.host)) return [];
    if (address) {
      const problem = `${path}: readings would cross the network unencrypted, and anyone there could send them`;
      return [{ where, problem, mend: 'Tunnel it to 127.0.0.1 (ssh -L, stunnel) and name that port.' }];
    }
    if (/^(\/|COM\d)/.test(path)) return [];
    const problem = `${path} is neither a device nor tcp://host:port`;
    return [{ where, problem, mend: 'Write for example /dev/ttyUSB0 or tcp://127.0.0.1:4000.' }];
  });
  const repeated = paths.filter((path, i) => paths.indexOf(path) < i);
  for (const path of new Set(repeated)) {
    problems.push({ where, problem: `${path} is named twice`, mend: 'Name each line once.' });
  }
  return problems;
}

/** Whether the devices are there and this user may open them. They are not opened: a running gateway holds them. */
export function serialDeviceProblems({ paths }: Config['serial']): ConfigProblem[] {
  return paths
    .filter((path) => path.startsWith('/'))
    .flatMap((path) => {
      const found = deviceProblem(path);
      return found ? [{ where, ...found }] : [];
    });
}

function deviceProblem(path: string): Pick<ConfigProblem, 'problem' | 'mend'> | undefined {
  try {
    if (!statSync(path).isCharacterDevice()) {
      return { problem: `${path} is no serial device`, mend: 'Name the device file of the port.' };
    }
    accessSync(path, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    const denied = systemCodeOf(error) === 'EACCES' || systemCodeOf(error) === 'EPERM';
    const mend = denied
      ? 'Let this user read and write it; on Debian, add it to the group dialout.'
      : 'Plug it in, or mend the path. The gateway starts without it and opens it when it is there.';
    return { problem: messageOf(error), mend };
  }
}
