import type { ComplianceItem } from '#model/compliance-view.ts';
import type { PatientCare } from '../care.ts';
import type { Fact } from '../facts/fact-book.ts';
import { inSpan, type LocalDate, localDateAt } from '../local-days.ts';
import type { BenefitSettings } from '../settings.ts';

export interface ComplianceParts {
  readonly care: PatientCare;
  readonly terms: readonly Fact<'plan-terms'>[];
  /** When each monitoring service was given, Unix ms, whoever recorded it. */
  readonly monitoredAt: readonly number[];
  readonly settings: BenefitSettings;
  /** Times of the next days in which nobody is on call; null when no schedule is known. Unix ms. */
  readonly unreachable: readonly { readonly from: number; readonly to: number }[] | null;
  readonly today: LocalDate;
}

/** Days before an end or a review from which people should act. */
const SOON_DAYS = 30;

/** What the plan of care and the law ask for, each done, due or overdue. In order of urgency, then of date. */
export function complianceOf(parts: ComplianceParts): ComplianceItem[] {
  const items = [...monitoring(parts), ...reviews(parts), ...ends(parts), reachability(parts)];
  const rank = { overdue: 0, due: 1, unknown: 2, done: 3 } as const;
  return items.sort((a, b) => rank[a.state] - rank[b.state] || ((a.due ?? '9') < (b.due ?? '9') ? -1 : 1));
}

/** Medicare Benefit Policy Manual ch. 15 s. 320.6.2: the plan states the need for monitoring and its interval. */
function monitoring({ care, terms, monitoredAt, today }: ComplianceParts): ComplianceItem[] {
  const dates = monitoredAt.map((at) => localDateAt(at, care.zone)).sort();
  return inForce(care, terms, today).flatMap(({ plan, from, content: { monitorEveryDays } }): ComplianceItem[] => {
    if (monitorEveryDays === null) return [];
    const last = dates.findLast((date) => date <= today) ?? null;
    // The first is due one interval after the plan began.
    const due = plusDays(last !== null && last > from ? last : from, monitorEveryDays);
    const state = due < today ? 'overdue' : due === today ? 'due' : 'done';
    return [
      {
        what: 'monitoring',
        plan,
        state,
        due,
        lastOn: last,
        text: `Monitoring every ${monitorEveryDays} days; ${last === null ? 'none yet' : `last on ${last}`}.`,
        citation: 'Medicare Benefit Policy Manual ch. 15 s. 320.6.2 [FOUND]',
      },
    ];
  });
}

/** 42 CFR 486.520(c): reviewed periodically by the physician; no interval is in the text, so the plan's own counts. */
function reviews({ care, terms, today }: ComplianceParts): ComplianceItem[] {
  return inForce(care, terms, today).flatMap(({ plan, content: { reviewBy, reviewedOn } }): ComplianceItem[] => {
    if (reviewBy === null) return [];
    const lastOn = reviewedOn.toSorted().at(-1) ?? null;
    const text = `Review by the physician by ${reviewBy}.`;
    const citation = 'SSA 1861(iii)(1)(B); Medicare Benefit Policy Manual ch. 15 s. 320.4-320.5 [FOUND]';
    return [{ what: 'plan-review', plan, state: untilState(reviewBy, today), due: reviewBy, lastOn, text, citation }];
  });
}

function ends({ settings, today }: ComplianceParts): ComplianceItem[] {
  const { supplier } = settings;
  const kinds = [
    ['accreditation', supplier?.accreditedTo ?? null, 'SSA 1861(iii)(3)(D); 42 CFR 424.68 [FOUND]'],
    ['certificate', supplier?.certificateTo ?? null, '42 CFR 424.68 [FOUND]'],
  ] as const;
  return kinds.flatMap(([what, due, citation]): ComplianceItem[] =>
    due === null
      ? []
      : [
          {
            what,
            plan: null,
            state: untilState(due, today),
            due,
            lastOn: null,
            text: `The ${what} ends ${due}.`,
            citation,
          },
        ],
  );
}

/** 42 CFR 486.525(a): services are available 7 days a week, 24 hours a day. */
function reachability({ unreachable }: ComplianceParts): ComplianceItem {
  const common = {
    what: 'reachability',
    plan: null,
    due: null,
    lastOn: null,
    citation: '42 CFR 486.525(a) [FOUND]',
  } as const;
  if (unreachable === null) return { ...common, state: 'unknown', text: 'No on-call schedule is known.' };
  return unreachable.length === 0
    ? { ...common, state: 'done', text: 'Somebody is on call at every hour of the schedule.' }
    : { ...common, state: 'overdue', text: `Nobody is on call in ${unreachable.length} times of the schedule.` };
}

function inForce({ plans }: PatientCare, terms: readonly Fact<'plan-terms'>[], today: LocalDate) {
  return plans
    .filter((plan) => inSpan(today, plan))
    .flatMap(({ id, from }) =>
      terms.filter(({ content }) => content.plan === id).map(({ content }) => ({ plan: id, from, content })),
    );
}

const untilState = (due: LocalDate, today: LocalDate): ComplianceItem['state'] =>
  due < today ? 'overdue' : due <= plusDays(today, SOON_DAYS) ? 'due' : 'done';

const plusDays = (date: LocalDate, days: number): LocalDate => Temporal.PlainDate.from(date).add({ days }).toString();
