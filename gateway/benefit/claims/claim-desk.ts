import { createHash } from 'node:crypto';
import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { ClaimLineView } from '#model/claim-view.ts';
import type { CareRecords } from '../care.ts';
import type { BenefitDays } from '../desk/benefit-days.ts';
import type { Cipher, FactBook } from '../facts/fact-book.ts';
import type { BenefitLedger } from '../ledger.ts';
import type { LocalDate } from '../local-days.ts';
import type { BenefitSettings } from '../settings.ts';
import type { ClaimBook } from './claim-book.ts';
import { type Line, linesOf } from './claim-lines.ts';
import { claims837p, type NumberedClaim } from './claims-837p.ts';
import { claimsCsv } from './claims-csv.ts';
import { claimsFhir } from './claims-fhir.ts';
import { readRemittance } from './remittance.ts';

export const claimFormats = ['json', 'csv', '837p', 'fhir'] as const;
export type ClaimFormat = (typeof claimFormats)[number];

/** The forms of a file that can be sent. */
export type FileFormat = Exclude<ClaimFormat, 'json'>;

export interface ClaimParts {
  readonly days: BenefitDays;
  readonly care: CareRecords;
  readonly facts: FactBook;
  readonly ledger: BenefitLedger;
  readonly claims: ClaimBook;
  readonly cipher: Cipher;
  readonly settings: BenefitSettings;
  readonly clock: Pick<Clock, 'wall'>;
}

export interface ClaimQuery {
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** Only these; all when absent. */
  readonly patients?: readonly string[];
}

export interface Exported {
  /** Under which the file is kept; null when there was nothing to send. */
  readonly id: string | null;
  readonly claims: number;
  readonly text: string;
}

/** Claims as billing asks for them. A look records no claim; an export does, and is never edited. */
export class ClaimDesk {
  readonly #parts: ClaimParts;

  constructor(parts: ClaimParts) {
    this.#parts = parts;
  }

  async lines(query: ClaimQuery): Promise<ClaimLineView[]> {
    return (await this.#linesOf(query)).map(({ view }) => view);
  }

  /** The lines in a format, without recording anything: an 837P of a look is marked as test data. */
  async look(query: ClaimQuery, format: ClaimFormat): Promise<string> {
    const lines = await this.#linesOf(query);
    return this.#text(lines, format, { control: 1, usage: 'T' });
  }

  /** Lines that are due as a file to send, recorded as sent. @throws GatewayError `storage-refused` */
  async export(query: ClaimQuery, format: FileFormat, by: string): Promise<Exported> {
    const { claims, clock, cipher } = this.#parts;
    const lines = await this.#linesOf(query);
    const due = this.#numbered(lines);
    if (due.length === 0) return { id: null, claims: 0, text: '' };
    const control = claims.nextControl();
    const text = this.#text(
      lines.filter(({ send }) => send !== null),
      format,
      { control, usage: 'P' },
    );
    const at = clock.wall();
    const file = createHash('sha256').update(text).digest('hex');
    const events = due.map(({ claim, frequency, line, view, replaces }) => ({
      event: 'sent' as const,
      patient: view.patient,
      date: view.date,
      claim,
      at,
      by,
      frequency,
      line,
      ledger: view.ledgerPosition,
      file,
      payerControl: replaces,
    }));
    claims.record(events, { id: file, format, text: cipher.seal(text, file) }, at);
    return { id: file, claims: due.length, text };
  }

  /** A file that was exported before, just as it was. @throws GatewayError `not-found` */
  file(id: string): { readonly format: string; readonly text: string } {
    const found = this.#parts.claims.file(id);
    if (!found) throw new GatewayError('not-found', 'There is no exported file of that id.');
    return { format: found.format, text: this.#parts.cipher.open(found.text, id) };
  }

  /** Closes or reopens lines by what a payer answered. Answers to claims that are not ours are named, not kept. */
  remit(text: string, by: string): { readonly answered: number; readonly unknown: readonly string[] } {
    const { claims, clock } = this.#parts;
    const at = clock.wall();
    const file = createHash('sha256').update(text).digest('hex');
    const answers = readRemittance(text);
    const known = answers.flatMap((answer) => {
      const last = claims.byClaim(answer.claim);
      // The same remittance twice changes nothing.
      if (!last || (last.event === 'answered' && last.file === file)) return [];
      return [{ answer, last }];
    });
    const events = known.map(({ answer: { claim, ...answer }, last: { patient, date, ...last } }) => ({
      event: 'answered' as const,
      patient,
      date,
      claim,
      at,
      by,
      ...answer,
      line: 'line' in last ? last.line : null,
      file,
    }));
    claims.record(events, null, at);
    return {
      answered: events.length,
      unknown: answers.filter(({ claim }) => !claims.byClaim(claim)).map(({ claim }) => claim),
    };
  }

  /** A denied line is due again, once what was wrong is mended. @throws GatewayError `not-found`, `action-not-allowed` */
  reopen(claim: string, reason: string, by: string): void {
    const { claims, clock } = this.#parts;
    const last = claims.byClaim(claim);
    if (!last) throw new GatewayError('not-found', 'There is no claim of that id.');
    if (last.event !== 'answered' || last.status !== 'denied') {
      throw new GatewayError('action-not-allowed', 'Only a denied claim is reopened.');
    }
    const { patient, date } = last;
    const at = clock.wall();
    claims.record([{ event: 'reopened', patient, date, claim, at, by, reason }], null, at);
  }

  async #linesOf({ from, to, patients }: ClaimQuery): Promise<Line[]> {
    const { care, days, ledger, facts, claims, settings } = this.#parts;
    const found: Line[] = [];
    for (const patient of patients ?? care.patients()) {
      const decided = await days.bringUpToDate(patient, from, to, true);
      const parts = { patient, care: decided.care, book: facts, claims, settings, ledger: ledger.latest(patient) };
      found.push(...linesOf(parts, from, to));
    }
    return found;
  }

  #numbered(lines: readonly Line[]): NumberedClaim[] {
    return lines.flatMap(({ send }) =>
      send ? [{ ...send, claim: this.#parts.claims.claimId(send.view.patient, send.view.date) }] : [],
    );
  }

  #text(lines: readonly Line[], format: ClaimFormat, head: { control: number; usage: 'T' | 'P' }): string {
    const views = lines.map(({ view }) => view);
    if (format === 'json') return JSON.stringify({ lines: views });
    if (format === 'csv') return claimsCsv(views);
    const now = Temporal.Instant.fromEpochMilliseconds(this.#parts.clock.wall());
    if (format === 'fhir') return JSON.stringify(claimsFhir(this.#numbered(lines), now.toString()));
    const { submitterId, receiverId, receiverName } = this.#parts.settings;
    const due = this.#numbered(lines);
    if (due.length === 0 || submitterId === null || receiverId === null || receiverName === null) return '';
    const utc = now.toZonedDateTimeISO('UTC').toPlainDateTime().toString({ smallestUnit: 'minute' });
    const [date = '', time = ''] = utc.replaceAll(/[-:]/g, '').split('T');
    return claims837p(due, { ...head, date, time, submitterId, receiverId, receiverName });
  }
}
