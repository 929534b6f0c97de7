import type { Disposition } from './claim-decision.ts';
import type { ClaimFacts } from './claim-facts.ts';
import { priceOf } from './claim-line.ts';
import { judgeInTurn } from './decide-claims.ts';
import type { DayJudgement } from './judge-day.ts';
import type { LocalDate } from './local-days.ts';
import type { RulePack } from './rule-pack.ts';
import { medicareHitPack, packName, presenceBillPack } from './rule-packs.ts';
import { cite } from './rules-on.ts';

/** A date that a proposed law would pay and the present one does not. It is no claim and has no code to put on one. */
export interface WhatIfDay {
  readonly date: LocalDate;
  readonly presentDisposition: Disposition;
  /** Share of the amount of a subsequent visit in the category of the day. */
  readonly percent: number;
  /** Null without a rate. Whole cents, rounded down. */
  readonly wouldPayCents: number | null;
  readonly text: string;
  readonly citation: string;
}

export interface WhatIf {
  readonly rulePack: string;
  readonly comparedWith: string;
  readonly claim: false;
  readonly days: readonly WhatIfDay[];
}

/** What a proposed law would pay for days on which the drug ran and no professional was in the home. */
export function whatIf(
  facts: ClaimFacts,
  law: RulePack = medicareHitPack,
  proposal: RulePack = presenceBillPack,
): WhatIf {
  const present = new Map(judgeInTurn(facts, law, ({ decision }) => [decision.date, decision.disposition] as const));
  const days = judgeInTurn(facts, proposal, ({ decision, judgement }) => {
    const presentDisposition = present.get(decision.date) ?? decision.disposition;
    return absentDay(judgement, facts, presentDisposition);
  });
  return {
    rulePack: packName(proposal),
    comparedWith: packName(law),
    claim: false,
    days: days.filter((day) => day !== null),
  };
}

function absentDay(judgement: DayJudgement, facts: ClaimFacts, presentDisposition: Disposition): WhatIfDay | null {
  const { rules, drugs, presence, plan, secondLine, supplierQualified } = judgement;
  const percent = rules.absentDayPercent.value;
  const otherwiseDue =
    rules.regime.value.benefit &&
    drugs.listed.length > 0 &&
    drugs.matched &&
    plan.met &&
    supplierQualified &&
    !secondLine;
  if (percent === null || presence.home.length > 0 || !otherwiseDue) return null;
  const { amountCents } = priceOf(drugs.competing, false, facts.rates, rules);
  return {
    date: rules.date,
    presentDisposition,
    percent,
    wouldPayCents: amountCents === null ? null : Math.floor((amountCents * percent) / 100),
    text: `Not law: ${percent} % of a subsequent visit would be paid although no professional was in the home.`,
    citation: cite(rules.absentDayPercent),
  };
}
