import PDFDocument from 'pdfkit';
import type { DayView } from '#model/day-view.ts';
import type { ServiceView } from '#model/service-view.ts';
import { boundsOf } from '../local-days.ts';

/** One measured point of the line pressure or the rate. Unix ms. */
export interface CurvePoint {
  readonly at: number;
  readonly rateMlH: number | null;
  readonly pressureMmHg: number | null;
}

export interface PacketParts {
  readonly patient: string;
  readonly zone: string;
  readonly days: readonly DayView[];
  readonly services: readonly ServiceView[];
  /** Of each pump on each date, thinned. */
  readonly curves: ReadonlyMap<string, readonly CurvePoint[]>;
  readonly madeAt: number;
}

export const curveKey = (date: string, pump: string): string => `${date} ${pump}`;

const MARGIN = 48;
const WIDTH = 612 - 2 * MARGIN;
const CURVE_HEIGHT = 90;

/**
 * A day sheet for each date: what was decided and why, what ran with its curve, what was done and by whom it was signed,
 * and where each rule stands. One date is a day sheet, a range the packet for an audit. It names no patient, only the id.
 */
export function packetPdf(parts: PacketParts): Promise<Buffer> {
  const pdf = new PDFDocument({
    size: 'LETTER',
    margin: MARGIN,
    bufferPages: true,
    info: { Title: `Benefit record of ${parts.patient}`, CreationDate: new Date(parts.madeAt) },
  });
  const chunks: Buffer[] = [];
  const whole = new Promise<Buffer>((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
  });
  if (parts.days.length === 0) pdf.fontSize(11).text('Nothing was decided on these dates.');
  for (const [i, day] of parts.days.entries()) {
    if (i > 0) pdf.addPage();
    daySheet(pdf, day, parts);
  }
  footers(pdf, parts);
  pdf.end();
  return whole;
}

type Pdf = InstanceType<typeof PDFDocument>;

function daySheet(pdf: Pdf, day: DayView, { patient, zone, services, curves }: PacketParts): void {
  const time = (ms: number) => clockOf(ms, zone);
  pdf.font('Helvetica-Bold').fontSize(16).fillColor('#111').text(`${day.date}   ${patient}`);
  pdf.font('Helvetica').fontSize(11).text(day.sentence).moveDown(0.4);
  const line = day.code === null ? 'no line' : `${day.code}, ${day.units} units, category ${day.category}`;
  const price = day.amountCents === null ? 'unpriced' : `${(day.amountCents / 100).toFixed(2)} USD`;
  small(pdf, `${day.disposition}: ${line}${day.code === null ? '' : `, ${price}`}. Times are of ${zone}.`);

  heading(pdf, 'What ran');
  if (day.deliveries.length === 0) small(pdf, 'No ordered drug ran through a pump.');
  for (const { jcode, order, pump, from, to, volumeMl, gaps } of day.deliveries) {
    const unseen = gaps.map((gap) => `${time(gap.from)} to ${time(gap.to)}`).join(', ');
    const gapText = gaps.length === 0 ? '' : `; not seen ${unseen}, by the counter it went on`;
    small(
      pdf,
      `${time(from)} to ${time(to)}: ${volumeMl.toFixed(1)} mL of ${jcode} (order ${order}) by ${pump}${gapText}.`,
    );
  }
  for (const { pump, drug, from, to } of day.unmatched) {
    small(pdf, `${time(from)} to ${time(to)}: ${pump} gave ${drug ?? 'an unnamed drug'}, which belongs to no order.`);
  }
  for (const { pump, readings, proof } of day.proofs) {
    curve(pdf, day.date, zone, curves.get(curveKey(day.date, pump)) ?? []);
    small(pdf, `${pump}: ${readings} readings, SHA-256 ${proof}`);
  }

  heading(pdf, 'What was done');
  const done = services.filter(({ start }) => localDate(start, zone) === day.date);
  if (done.length === 0) small(pdf, 'No service was recorded.');
  for (const service of done) serviceText(pdf, service, time);

  heading(pdf, 'Why');
  for (const { test, passed, text, citation } of day.reasons) {
    small(pdf, `${test} ${passed ? 'passed' : 'FAILED'}: ${text}`);
    pdf.fontSize(7.5).fillColor('#555').text(citation, { indent: 12 }).fillColor('#111');
  }
  const { ledger } = day;
  const place = ledger
    ? `Entry ${ledger.position} of the ledger, ${ledger.hash}, by ${ledger.rulePack}.`
    : 'The date is not over: not in the ledger yet.';
  pdf.moveDown(0.4);
  small(pdf, place);
}

function serviceText(pdf: Pdf, service: ServiceView, time: (ms: number) => string): void {
  const { start, end, kind, place, performer, credential, need, finding, action, planItem, signature } = service;
  const who = credential === null ? performer : `${performer}, ${credential}`;
  small(
    pdf,
    `${time(start)} to ${end === null ? 'now' : time(end)}: ${kind}, ${place === 'remote' ? 'remote' : `place ${place}`}, ${who}.`,
  );
  const told = [
    ['Plan of care', planItem],
    ['Need', need],
    ['Finding', finding],
    ['Action', action],
  ].flatMap(([what, words]) => (words === null ? [] : [`${what}: ${words}.`]));
  const signed = signature
    ? `Signed by ${signature.by}, ${signature.credential}, ${time(signature.at)}.`
    : service.hash === null
      ? 'From the handling of an alert, under the name of the signed-in person.'
      : 'NOT SIGNED.';
  pdf
    .fontSize(8)
    .fillColor('#333')
    .text([...told, signed].join(' '), { indent: 12 })
    .fillColor('#111');
}

/** Rate as an area, pressure as a line, over the date from midnight to midnight of the patient. */
function curve(pdf: Pdf, date: string, zone: string, points: readonly CurvePoint[]): void {
  const day = boundsOf(date, zone);
  if (!day || points.length === 0) return;
  if (pdf.y + CURVE_HEIGHT + 30 > pdf.page.height - MARGIN) pdf.addPage();
  const top = pdf.y + 6;
  const bottom = top + CURVE_HEIGHT;
  const x = (at: number) => MARGIN + ((at - day.from) / (day.to - day.from)) * WIDTH;
  const scale = (value: number, most: number) => bottom - (value / most) * (CURVE_HEIGHT - 8);
  const most = (of: (point: CurvePoint) => number | null) => Math.max(1, ...points.map((point) => of(point) ?? 0));
  const [mostRate, mostPressure] = [most(({ rateMlH }) => rateMlH), most(({ pressureMmHg }) => pressureMmHg)];
  pdf.lineWidth(0.5).strokeColor('#bbb').rect(MARGIN, top, WIDTH, CURVE_HEIGHT).stroke();
  const trace = (of: (point: CurvePoint) => number | null, limit: number, color: string) => {
    let drawn = false;
    let before = Number.NEGATIVE_INFINITY;
    for (const point of points) {
      const value = of(point);
      // No line is drawn through a time without readings.
      const joins = drawn && point.at - before < 30 * 60_000;
      if (value === null) continue;
      if (joins) pdf.lineTo(x(point.at), scale(value, limit));
      else pdf.moveTo(x(point.at), scale(value, limit));
      drawn = true;
      before = point.at;
    }
    pdf.lineWidth(1).strokeColor(color).stroke();
  };
  trace(({ rateMlH }) => rateMlH, mostRate, '#1f6feb');
  trace(({ pressureMmHg }) => pressureMmHg, mostPressure, '#b35900');
  const label = `Rate to ${mostRate.toFixed(1)} mL/h (blue), line pressure to ${mostPressure.toFixed(0)} mmHg (brown); midnight to midnight`;
  pdf
    .fontSize(7.5)
    .fillColor('#555')
    .text(label, MARGIN, bottom + 3, { width: WIDTH });
  pdf.fillColor('#111').moveDown(0.3);
}

function footers(pdf: Pdf, { patient, madeAt }: PacketParts): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    pdf.switchToPage(page);
    // Below the margin, where text would otherwise begin a new page.
    pdf.page.margins.bottom = 0;
    const made = new Date(madeAt).toISOString();
    const text = `${patient}   page ${page - start + 1} of ${count}   made ${made}   Supplementary to the pump's own alarm.`;
    pdf
      .fontSize(7.5)
      .fillColor('#555')
      .text(text, MARGIN, pdf.page.height - 32, { width: WIDTH, lineBreak: false });
  }
}

function heading(pdf: Pdf, text: string): void {
  pdf.moveDown(0.6).font('Helvetica-Bold').fontSize(11).fillColor('#111').text(text, MARGIN);
  pdf.font('Helvetica').moveDown(0.15);
}

const small = (pdf: Pdf, text: string): void =>
  void pdf.fontSize(9).fillColor('#111').text(text, MARGIN, undefined, { width: WIDTH });

const zoned = (ms: number, zone: string) =>
  Temporal.Instant.fromEpochMilliseconds(Math.round(ms)).toZonedDateTimeISO(zone);
const clockOf = (ms: number, zone: string): string =>
  zoned(ms, zone).toPlainTime().toString({ smallestUnit: 'minute' });
const localDate = (ms: number, zone: string): string => zoned(ms, zone).toPlainDate().toString();
