import { alertLatency } from './alert-latency.ts';
import { type Bench, machineLine, table } from './bench.ts';
import { catchUp } from './catch-up.ts';
import { catchUpAlerts } from './catch-up-alerts.ts';
import { claims } from './claims.ts';
import { codec } from './codec.ts';
import { connections } from './connections.ts';
import { endToEnd } from './end-to-end.ts';
import { engine } from './engine.ts';
import { flood } from './flood.ts';
import { intake } from './intake.ts';
import { loop } from './loop.ts';
import { notify } from './notify.ts';
import { occlusion } from './occlusion.ts';
import { outbox } from './outbox.ts';
import { profile } from './profile.ts';
import { protocols } from './protocols.ts';
import { restore } from './restore.ts';
import { simulator } from './simulator.ts';
import { trend } from './trend.ts';
import { yearTrend } from './year-trend.ts';

/** `npm run bench` takes all figures, `npm run bench -- NAME …` some of them. */
const benches: readonly Bench[] = [
  intake,
  alertLatency,
  outbox,
  restore,
  flood,
  endToEnd,
  catchUp,
  catchUpAlerts,
  connections,
  loop,
  codec,
  protocols,
  trend,
  yearTrend,
  claims,
  simulator,
  occlusion,
  engine,
  notify,
];
/** Only when asked for by name. */
const tools: readonly Bench[] = [profile];

const print = (text: string): void => void process.stdout.write(text);

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => ![...benches, ...tools].some((bench) => bench.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `No bench ${unknown.join(', ')}. There are: ${[...benches, ...tools].map(({ name }) => name).join(', ')}.\n`,
  );
  process.exit(2);
}

print(`${machineLine()}\n`);
const chosen = asked.length === 0 ? benches : [...benches, ...tools].filter(({ name }) => asked.includes(name));
for (const bench of chosen) {
  const began = performance.now();
  const rows = await bench.run();
  const took = ((performance.now() - began) / 1_000).toFixed(0);
  print(`\n${bench.name} (${took} s)\n  ${bench.how}\n${table(rows)}`);
}
