import { daysBetween, inSpan, type LocalDate, localDateAt } from '../local-days.ts';
import rules from './remote-physiologic.json' with { type: 'json' };

/** A day on which a device sent a reading by itself. Pump rate, volume and alarms describe the device, not the patient. */
export interface DataDay {
  readonly date: LocalDate;
  readonly source: 'physiologic' | 'pump';
}

export interface PractitionerTime {
  readonly start: number;
  readonly end: number;
  readonly by: string;
  /** A real-time contact with the patient. */
  readonly interactive: boolean;
}

/** What a practitioner could look at under another benefit. Nothing of it is a claim of the infusion supplier. */
export interface PhysiologicPeriod {
  readonly clock: 'thirty-days' | 'calendar-month';
  readonly from: LocalDate;
  readonly dataDays: number;
  readonly minutes: number;
  readonly codes: readonly string[];
}

export interface PhysiologicView {
  readonly claim: false;
  readonly periods: readonly PhysiologicPeriod[];
  /** Services of the infusion benefit that the same time could be: a person decides. */
  readonly possibleDuplicates: readonly string[];
}

/**
 * Remote physiologic monitoring by a practitioner, with its own two clocks: devices by 30 days from the first data day,
 * management by calendar month. A remote-monitoring-only day of the infusion benefit never becomes one of these by itself.
 */
export function physiologicOf(
  days: readonly DataDay[],
  times: readonly PractitionerTime[],
  services: readonly { readonly id: string; readonly start: number; readonly end: number }[],
  zone: string,
): PhysiologicView {
  const dates = [...new Set(days.filter(({ source }) => source === 'physiologic').map(({ date }) => date))].sort();
  const overlaps = services.filter(({ start, end }) => times.some((time) => time.start < end && start < time.end));
  return {
    claim: false,
    periods: [...supply(dates), ...management(times, zone)],
    possibleDuplicates: overlaps.map(({ id }) => id).sort(),
  };
}

function supply(dates: readonly LocalDate[]): PhysiologicPeriod[] {
  const periods: PhysiologicPeriod[] = [];
  for (const date of dates) {
    const last = periods.at(-1);
    if (last && daysBetween(last.from, date) < rules.supplyDays) {
      periods[periods.length - 1] = { ...last, dataDays: last.dataDays + 1 };
    } else periods.push({ clock: 'thirty-days', from: date, dataDays: 1, minutes: 0, codes: [] });
  }
  return periods.map((period) => ({
    ...period,
    codes: rules.supply
      .filter(({ leastDays, mostDays, ...span }) => {
        return inSpan(period.from, span) && leastDays <= period.dataDays && period.dataDays <= mostDays;
      })
      .map(({ code }) => code),
  }));
}

function management(times: readonly PractitionerTime[], zone: string): PhysiologicPeriod[] {
  const months = new Map<string, PractitionerTime[]>();
  for (const time of times) {
    const month = localDateAt(time.start, zone).slice(0, 7);
    months.set(month, [...(months.get(month) ?? []), time]);
  }
  return [...months]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([month, spent]) => {
      const from = `${month}-01`;
      const minutes = Math.floor(spent.reduce((sum, { start, end }) => sum + (end - start), 0) / 60_000);
      const contact = spent.some(({ interactive }) => interactive);
      // The first that is reached: 99457 and 99470 exclude each other.
      const reached = rules.management.find((row) => contact && inSpan(from, row) && minutes >= row.leastMinutes);
      const { further } = rules;
      const more =
        reached?.code === further.after
          ? Array.from(
              { length: Math.floor((minutes - reached.leastMinutes) / further.everyMinutes) },
              () => further.code,
            )
          : [];
      return {
        clock: 'calendar-month' as const,
        from,
        dataDays: 0,
        minutes,
        codes: reached ? [reached.code, ...more] : [],
      };
    });
}
