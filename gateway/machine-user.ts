import { userInfo } from 'node:os';

/** Under whose name of the machine this process runs. A container may run under a number that has no name. */
export function machineUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
