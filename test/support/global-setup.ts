/** Says once, before any test runs, which real servers are missing: a test that needs one must fail, not skip. */
import { findServer } from './find-server.ts';

export default function setup(): void {
  const missing: string[] = [];
  for (const name of ['influxd', 'mosquitto', 'mosquitto_pub', 'mosquitto_sub', 'socat', 'chromium'] as const) {
    try {
      findServer(name);
    } catch {
      missing.push(name);
    }
  }
  if (missing.length === 0) return;
  throw new Error(
    `The tests run against real servers, and these are missing: ${missing.join(', ')}. ` +
      'On Debian: apt-get install influxdb influxdb-client mosquitto mosquitto-clients socat chromium',
  );
}
