import { useState } from 'preact/hooks';
import type { AlertPolicy } from '../../../../gateway/alerts/policy.ts';
import { api } from '../api/client.ts';
import type { PolicyAbout } from '../api/wire.ts';
import { differencesOf, numbersOf, policyPriorities, priorityRules, ruleMs } from '../state/policy.ts';
import { now } from '../state/store.ts';
import { words } from '../text/language.ts';
import { clockTime, span } from '../text/time.ts';
import { PriorityMark } from './marks.tsx';
import { PatientLimits } from './patient-limits.tsx';
import { TableHead } from './table-head.tsx';
import { useAnswer } from './use-answer.ts';

const spanOf = (ms: number | null): string => {
  if (ms === null) return words.value.policy.noLimit;
  return ms === 0 ? words.value.policy.never : span(ms);
};

/** What a version is called: the policy's own name may stand for several versions, its number does not. */
const titleOf = ({ version, name }: PolicyAbout): string => `${version}: ${name}`;

function Versions({ policies }: { policies: readonly PolicyAbout[] }) {
  const t = words.value.policy;
  return (
    <section class="card" aria-labelledby="versions-title">
      <h2 id="versions-title" class="card-title">
        {t.versions}
      </h2>
      <table class="table">
        <TableHead titles={[t.version, t.since, t.by, t.source]} />
        <tbody>
          {policies.map((one, place) => (
            <tr key={one.version}>
              <th scope="row">
                {titleOf(one)}
                {place === 0 && <span class="bundled">{t.inForce}</span>}
              </th>
              <td data-label={t.since}>{clockTime(one.from, now.value)}</td>
              <td data-label={t.by}>{one.by}</td>
              <td data-label={t.source}>{t.sources[one.source]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ByPriority({ policy }: { policy: AlertPolicy }) {
  const t = words.value.policy;
  return (
    <section class="card" aria-labelledby="by-priority-title">
      <h2 id="by-priority-title" class="card-title">
        {t.byPriority}
      </h2>
      <table class="table figures">
        <thead>
          <tr>
            <th scope="col">{words.value.alarmLoad.priority}</th>
            {priorityRules.map((rule) => (
              <th key={rule} scope="col">
                {t.rules[rule]}
              </th>
            ))}
            <th scope="col">{t.closes}</th>
          </tr>
        </thead>
        <tbody>
          {policyPriorities.map((priority) => (
            <tr key={priority}>
              <th scope="row">
                <span class="with-mark">
                  <PriorityMark priority={priority} /> {words.value.priority[priority]}
                </span>
              </th>
              {priorityRules.map((rule) => (
                <td key={rule} data-label={t.rules[rule]}>
                  {spanOf(ruleMs(policy.priorities[priority], rule))}
                </td>
              ))}
              <td data-label={t.closes}>{t.closing[policy.priorities[priority].closes]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Who is paged when nobody takes an alert, step by step. */
function Escalation({ policy }: { policy: AlertPolicy }) {
  const t = words.value.policy;
  return (
    <section class="card padded">
      <h2>{t.escalation}</h2>
      {policyPriorities.map((priority) => {
        const plan = policy.escalation[priority];
        return (
          <details key={priority} class="steps">
            <summary>
              <span class="with-mark">
                <PriorityMark priority={priority} /> {words.value.priorityLong[priority]}
              </span>
            </summary>
            <ol>
              {plan.steps.map((step) => (
                <li key={step.afterSeconds}>
                  {step.afterSeconds === 0 ? t.atOnce : t.after(span(step.afterSeconds * 1_000))}:{' '}
                  {step.targets.map((target) => t.targets[target]).join(', ')}
                </li>
              ))}
            </ol>
            <p class="quiet after">{t.repeats(span(plan.repeatSeconds * 1_000))}</p>
          </details>
        );
      })}
    </section>
  );
}

function AllNumbers({ policy }: { policy: object }) {
  const t = words.value.policy;
  return (
    <details class="card padded">
      <summary>{t.all}</summary>
      <dl class="numbers">
        {[...numbersOf(policy)].map(([path, value]) => (
          <div key={path}>
            <dt>
              <code class="call">{path}</code>
            </dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Differences({ before, after }: { before: PolicyAbout; after: PolicyAbout }) {
  const [old] = useAnswer(`policy ${before.version}`, () => api.policy(before.version));
  const [young] = useAnswer(`policy ${after.version}`, () => api.policy(after.version));
  const t = words.value.policy;
  for (const loaded of [old, young]) if (loaded.kind === 'failed') return <p class="notice">{loaded.why}</p>;
  if (old.kind !== 'known' || young.kind !== 'known') return <p class="quiet">{words.value.detail.askingShort}</p>;
  const found = differencesOf(old.body.policy, young.body.policy);
  if (found.length === 0) return <p>{t.noDifference}</p>;
  return (
    <table class="table">
      <TableHead titles={[t.number, titleOf(before), titleOf(after)]} />
      <tbody>
        {found.map((one) => (
          <tr key={one.path}>
            <th scope="row">
              <code class="call">{one.path}</code>
            </th>
            <td data-label={titleOf(before)}>{one.before ?? '–'}</td>
            <td data-label={titleOf(after)}>{one.after ?? '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The version in force beside an earlier one. */
function Compare({ policies }: { policies: readonly PolicyAbout[] }) {
  const [newest, ...earlier] = policies;
  const [chosen, setChosen] = useState(earlier[0]?.version);
  const t = words.value.policy;
  const before = earlier.find(({ version }) => version === chosen);
  if (newest === undefined || before === undefined) return null;
  return (
    <section class="card padded differences">
      <h2>{t.differences}</h2>
      <label class="field">
        <span>{t.earlier}</span>
        <select value={chosen} onChange={(event) => setChosen(Number(event.currentTarget.value))}>
          {earlier.map((one) => (
            <option key={one.version} value={one.version}>
              {titleOf(one)}
            </option>
          ))}
        </select>
      </label>
      <Differences key={before.version} before={before} after={newest} />
    </section>
  );
}

function InForce({ about }: { about: PolicyAbout }) {
  const [loaded] = useAnswer(`policy ${about.version}`, () => api.policy(about.version));
  if (loaded.kind === 'asking') return <p class="nothing">{words.value.detail.askingShort}</p>;
  if (loaded.kind === 'failed') return <p class="nothing">{loaded.why}</p>;
  const { policy } = loaded.body;
  return (
    <>
      <ByPriority policy={policy} />
      <Escalation policy={policy} />
      <PatientLimits defaults={policy.derived.limits} />
      <AllNumbers policy={policy} />
    </>
  );
}

/** The numbers that alerts go by: what is in force, since when, by whom, and what was otherwise before. */
export function PolicyPage() {
  const [loaded] = useAnswer('policies', api.policies);
  const t = words.value.policy;
  const policies = loaded.kind === 'known' ? loaded.body.policies : [];
  const [newest] = policies;
  return (
    <section aria-labelledby="page-title">
      <h1 id="page-title" class="page-title">
        {t.title}
      </h1>
      <p class="page-intro">{t.intro}</p>
      {loaded.kind === 'failed' && <p class="nothing">{loaded.why}</p>}
      {newest !== undefined && (
        <>
          <Versions policies={policies} />
          <Compare policies={policies} />
          <InForce about={newest} />
        </>
      )}
    </section>
  );
}
