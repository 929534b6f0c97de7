import type { FuzzTarget } from './fuzz.ts';
import { parsers } from './parsers.ts';
import { broker, calls, configuration, httpStream } from './servers.ts';

/** All that is reached from outside. */
export const targets: readonly FuzzTarget[] = [...parsers, configuration, calls, httpStream, broker];
