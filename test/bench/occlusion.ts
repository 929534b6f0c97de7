import { type Bench, percentile, type Row, whole } from './bench.ts';
import { confounders } from './occlusion-body.ts';
import { judge, type RuleKind, ruleKinds, type Verdict } from './occlusion-judge.ts';
import { type Band, bands, confounderRun, occlusionRun, type Scenario } from './occlusion-scenarios.ts';
import { signalRun } from './occlusion-signal.ts';

/** Seeds of a split never meet those of another: figures of the policy were chosen on the first alone. */
const splits = [
  { name: 'tuning', firstSeed: 1_000_000 },
  { name: 'test', firstSeed: 50_000_000 },
] as const;
type Split = (typeof splits)[number];

/** Occlusions and days of each confounder in a band; a day with everything counts three times. */
const amounts: Readonly<Record<Band['name'], { occlusions: number; days: number }>> = {
  '0.1-1 mL/h': { occlusions: 80, days: 4 },
  '1-10 mL/h': { occlusions: 1_500, days: 40 },
  '10-25 mL/h': { occlusions: 150, days: 4 },
  '25-250 mL/h': { occlusions: 150, days: 4 },
};
const ALL_WEIGHT = 3;
/** Room for seeds of one band, one confounder. */
const STRIDE = 100_000;

export const occlusion: Bench = {
  name: 'occlusion',
  how:
    'Advisories on scenarios of a generator of its own. Share: of the time from the closing of the line to the alarm of the pump ' +
    'itself, a miss counting as 1. False: per 30 pump-days without occlusion, of days with one confounder each and days with all; ' +
    'beside it the interval that holds the true rate with 95 %.',
  run: () => Promise.resolve(rows()),
};

const head: Row = [
  '',
  'occlusions',
  'before alarm',
  'share q1',
  'median',
  'q3',
  'lead, median',
  'pump-days',
  'false/30 d',
  '95 %',
];

function rows(): Row[] {
  const answer: Row[] = [head];
  for (const split of splits) {
    const byConfounder = new Map<string, Tally>();
    for (const [index, band] of bands.entries()) {
      const tallies = ruleKinds.map((kind) => ({ kind, tally: new Tally() }));
      for (const scenario of scenarios(split, band, index)) {
        for (const { kind, tally } of tallies) {
          const verdict = judge(scenario, kind);
          tally.add(verdict);
          if (kind === ruleKinds[0] && scenario.truth === null) tallyOf(byConfounder, scenario.kind).add(verdict);
        }
      }
      for (const { kind, tally } of tallies) answer.push(tally.row(labelOf(split, band, kind)));
    }
    for (const [name, tally] of byConfounder) answer.push(tally.row(`${split.name}, all rates, advisory: ${name}`));
  }
  for (const [index, band] of bands.entries()) {
    const [advisory] = ruleKinds;
    if (advisory === undefined) break;
    const tally = new Tally();
    for (const scenario of signals(band, index)) tally.add(judge(scenario, advisory));
    answer.push(tally.row(`second maker, ${band.name}, advisory`));
  }
  return answer;
}

/** Curves of the second maker, on seeds that nothing was tuned on. */
function* signals({ name, low, high }: Band, index: number): Generator<Scenario> {
  const { occlusions, days } = amounts[name];
  const firstSeed = 90_000_000 + index * STRIDE;
  for (let i = 0; i < occlusions; i += 1) {
    yield signalRun(firstSeed + i, { lowMlH: low, highMlH: high, hours: 4, occluded: true });
  }
  for (let i = 0; i < ALL_WEIGHT * 3 * days; i += 1) {
    yield signalRun(firstSeed + STRIDE / 2 + i, { lowMlH: low, highMlH: high, hours: 24, occluded: false });
  }
}

const labelOf = (split: Split, band: Band, kind: RuleKind): string => `${split.name}, ${band.name}, ${kind.name}`;

function* scenarios(split: Split, band: Band, index: number): Generator<Scenario> {
  const { occlusions, days } = amounts[band.name];
  const seedOf = (group: number, i: number) => split.firstSeed + (index * 20 + group) * STRIDE + i;
  for (let i = 0; i < occlusions; i += 1) yield occlusionRun(seedOf(0, i), band);
  for (const [group, kind] of confounders.entries()) {
    const count = kind === 'all' ? ALL_WEIGHT * days : days;
    for (let i = 0; i < count; i += 1) yield confounderRun(seedOf(group + 1, i), kind, band, 24);
  }
}

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  const tally = tallies.get(name) ?? new Tally();
  tallies.set(name, tally);
  return tally;
}

class Tally {
  readonly #shares: number[] = [];
  readonly #leads: number[] = [];
  #clearHours = 0;
  #false = 0;

  add({ share, leadS, falseCount, clearHours }: Verdict): void {
    if (share !== null) this.#shares.push(share);
    if (leadS !== null) this.#leads.push(leadS);
    this.#false += falseCount;
    this.#clearHours += clearHours;
  }

  row(label: string): Row {
    const days = this.#clearHours / 24;
    const at = (part: number) => figure(percentile(this.#shares, part));
    const lead = percentile(this.#leads, 0.5);
    return [
      label,
      whole(this.#shares.length),
      this.#shares.length === 0 ? '-' : `${((100 * this.#leads.length) / this.#shares.length).toFixed(1)} %`,
      at(0.25),
      at(0.5),
      at(0.75),
      Number.isNaN(lead) ? '-' : `${whole(lead)} s`,
      whole(days),
      ((30 * this.#false) / days).toFixed(2),
      `${((30 * poissonLow(this.#false)) / days).toFixed(2)}-${((30 * poissonHigh(this.#false)) / days).toFixed(2)}`,
    ];
  }
}

/** Bounds of a Poisson mean with 95 % by Byar's approximation of the exact ones. */
const poissonLow = (count: number): number =>
  count === 0 ? 0 : count * (1 - 1 / (9 * count) - 1.96 / (3 * Math.sqrt(count))) ** 3;
const poissonHigh = (count: number): number => {
  const next = count + 1;
  return next * (1 - 1 / (9 * next) + 1.96 / (3 * Math.sqrt(next))) ** 3;
};

const figure = (value: number): string => (Number.isNaN(value) ? '-' : value.toFixed(3));
