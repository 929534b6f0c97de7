import { parseArgs } from 'node:util';
import { systemRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { minutes, monoBetween } from '#kernel/time.ts';
import { type Finding, fuzz, inputOf } from './fuzz.ts';
import { targets } from './targets.ts';

/**
 * `npm run fuzz -- --minutes 10`: every target in turn, with new seeds, for that long. `--target NAME --seed N` plays one
 * input again and prints it. Exit status 1 when something did not stand.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string' },
    target: { type: 'string' },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const chosen = targets.filter(({ name }) => values.target === undefined || name === values.target);
if (chosen.length === 0) {
  process.stderr.write(`No target ${values.target}. There are: ${targets.map(({ name }) => name).join(', ')}.\n`);
  process.exit(2);
}

const findings: Finding[] = [];
const MOST_MINUTES = 600;
const MOST_FINDINGS = 20;
const tell = (finding: Finding) => {
  findings.push(finding);
  say(`${finding.target}: ${finding.what}\n  Again: npm run fuzz -- --target ${finding.target} --seed ${finding.seed}`);
};

if (values.target !== undefined && values.seed !== undefined) {
  const seed = Number(values.seed);
  for (const target of chosen) {
    say(JSON.stringify(inputOf(target, seed).toString('latin1')));
    await fuzz(target, seed, 1, tell);
  }
} else {
  const first = values.seed === undefined ? Math.floor(systemRandom() * 2 ** 31) : Number(values.seed);
  const howLong = Number(values.minutes);
  if (!(howLong > 0 && howLong <= MOST_MINUTES)) throw new Error(`--minutes is a number up to ${MOST_MINUTES}.`);
  await longRun(first, howLong);
}
process.exit(findings.length > 0 ? 1 : 0);

async function longRun(first: number, howLong: number): Promise<void> {
  const clock = new SystemClock();
  const began = clock.monotonic();
  const round = 200;
  let seed = first;
  say(`from seed ${first} on, for ${howLong} minutes: ${chosen.map(({ name }) => name).join(', ')}`);
  const isOver = () => monoBetween(began, clock.monotonic()) >= minutes(howLong) || findings.length >= MOST_FINDINGS;
  let inputs = 0;
  while (!isOver()) {
    for (const target of chosen) {
      if (isOver()) break;
      await fuzz(target, seed, round, tell);
      inputs += round;
    }
    seed += round;
  }
  say(`${inputs} inputs, ${findings.length} findings`);
}
