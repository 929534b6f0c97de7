import { at, payable, quiet, run, service, visit } from '../builders.ts';
import { claimCase as c } from '../claim-case.ts';

const local = 'hit-benefit §6, §13.7: the date of the patient, not of UTC';
const dst = 'design §8: daylight saving of the IANA zone';
/** A payable day in this zone: drug and visit at these local times. */
const inZone = (zone: string, from: string, to: string, start: string, end: string, out: string) =>
  quiet(from, to, {
    patient: { id: 'patient-1', zone },
    administrations: [run('milrinone', start, end, 50, zone)],
    visits: [visit(start, out, {}, zone)],
    drugClaims: [{ jcode: 'J2260', date: from }],
  });

/** Which local date a thing happened on. */
export const localDays = [
  c(
    local,
    'an evening in New York is the next day in UTC',
    payable('2024-03-04', {
      administrations: [
        { order: 'milrinone', start: '2024-03-05T01:00:00Z', end: '2024-03-05T03:00:00Z', volume_ml: 50 },
      ],
    }),
    'PAYABLE_VISIT G0088 4u -',
  ),
  c(
    local,
    'the same instants with another offset',
    payable('2024-03-04', {
      administrations: [
        { order: 'milrinone', start: '2024-03-05T10:00:00+09:00', end: '2024-03-05T12:00:00+09:00', volume_ml: 50 },
      ],
    }),
    'PAYABLE_VISIT G0088 4u -',
  ),
  c(
    local,
    'a visit at 23:30 in Honolulu',
    inZone('Pacific/Honolulu', '2024-03-04', '2024-03-04', '2024-03-04 23:00', '2024-03-04 23:50', '2024-03-04 23:30'),
    'PAYABLE_VISIT G0088 2u -',
  ),
  c(
    local,
    'a morning in Guam is the day before in UTC',
    inZone('Pacific/Guam', '2024-03-04', '2024-03-04', '2024-03-04 06:00', '2024-03-04 08:00', '2024-03-04 06:30'),
    'PAYABLE_VISIT G0088 2u -',
  ),
  c(
    local,
    'a zone of half hours',
    inZone('Asia/Kolkata', '2024-03-04', '2024-03-05', '2024-03-04 23:45', '2024-03-05 00:15', '2024-03-05 00:15'),
    '2024-03-04 PAYABLE_VISIT G0088 2u -',
    '2024-03-05 COVERED_BUNDLED_NO_LINE | P3 P4',
  ),
  c(
    local,
    'Phoenix knows no daylight saving',
    inZone('America/Phoenix', '2024-03-10', '2024-03-10', '2024-03-10 01:30', '2024-03-10 03:30', '2024-03-10 03:30'),
    'PAYABLE_VISIT G0088 8u -',
  ),
  c(
    dst,
    'the night that lost an hour: 01:30 to 03:30 is 60 minutes',
    payable('2024-03-10', { visits: [visit('2024-03-10 01:30', '2024-03-10 03:30')] }),
    'PAYABLE_VISIT G0088 4u -',
  ),
  c(
    dst,
    'the night that gained one: 00:30 to 02:30 is 180 minutes',
    payable('2024-11-03', { visits: [visit('2024-11-03 00:30', '2024-11-03 02:30')] }),
    'PAYABLE_VISIT G0088 12u -',
  ),
  c(
    dst,
    'JB under 15 minutes by the clock of the world',
    payable('2024-11-03', {
      administrations: [
        { order: 'milrinone', start: '2024-11-03T01:50:00-04:00', end: '2024-11-03T01:05:00-05:00', volume_ml: 5 },
      ],
      orders: [{ id: 'milrinone', jcode: 'J1559', modifiers: ['JB'], pumpCode: 'E0781', from: '2024-01-01', to: null }],
      drugClaims: [{ jcode: 'J1559', date: '2024-11-03' }],
    }),
    'PAYABLE_VISIT G0089 4u -',
  ),
  c(
    dst,
    'a run that ends at midnight into the short day',
    payable('2024-03-09', {
      to: '2024-03-10',
      administrations: [run('milrinone', '2024-03-09 20:00', '2024-03-10 00:00')],
    }),
    '2024-03-09 PAYABLE_VISIT G0088 4u -',
  ),
  c(
    dst,
    'a run that ends at midnight out of the short day',
    payable('2024-03-10', {
      to: '2024-03-11',
      administrations: [run('milrinone', '2024-03-10 20:00', '2024-03-11 00:00')],
    }),
    '2024-03-10 PAYABLE_VISIT G0088 4u -',
  ),
  c(
    dst,
    'a run that ends at midnight out of the long day',
    payable('2024-11-03', {
      to: '2024-11-04',
      administrations: [run('milrinone', '2024-11-03 20:00', '2024-11-04 00:00')],
    }),
    '2024-11-03 PAYABLE_VISIT G0088 4u -',
  ),
  c(
    dst,
    'a midnight that does not exist: Havana begins the day at 01:00',
    inZone('America/Havana', '2024-03-09', '2024-03-10', '2024-03-09 22:00', '2024-03-10 01:00', '2024-03-09 23:00'),
    '2024-03-09 PAYABLE_VISIT G0088 4u -',
  ),
  c(
    dst,
    'and a second later it is touched',
    inZone('America/Havana', '2024-03-09', '2024-03-10', '2024-03-09 22:00', '2024-03-10 01:00:01', '2024-03-09 23:00'),
    '2024-03-09 PAYABLE_VISIT G0088 4u -',
    '2024-03-10 COVERED_BUNDLED_NO_LINE | P3 P4',
  ),
  c(
    dst,
    'a midnight that comes twice: Azores',
    inZone('Atlantic/Azores', '2024-10-26', '2024-10-27', '2024-10-26 22:00', '2024-10-27 00:30', '2024-10-26 23:00'),
    '2024-10-26 PAYABLE_VISIT G0088 4u -',
    '2024-10-27 COVERED_BUNDLED_NO_LINE | P3 P4',
  ),
  c(
    local,
    'a date that Samoa left out is no date',
    quiet('2011-12-29', '2011-12-31', {
      patient: { id: 'p', zone: 'Pacific/Apia' },
      administrations: [run('milrinone', '2011-12-29 12:00', '2011-12-31 12:00', 50, 'Pacific/Apia')],
    }),
    '2011-12-29 NO_BENEFIT_YET',
    '2011-12-31 NO_BENEFIT_YET',
  ),
  c(
    'Settled: a service across midnight',
    'by the clock of the patient',
    quiet('2024-03-10', '2024-03-10', { services: [service('s', '2024-03-10 23:59', '2024-03-11 00:30')] }),
    'COVERED_BUNDLED_NO_LINE + s',
  ),
  c(
    'design §10: instants ISO',
    'without seconds, and with fractions',
    payable('2024-03-04', {
      administrations: [
        { order: 'milrinone', start: '2024-03-04T15:00Z', end: '2024-03-04T15:00:00.250Z', volume_ml: 1 },
      ],
    }),
    'PAYABLE_VISIT G0088 4u -',
  ),
  c(
    'hit-benefit §13.7',
    'a prior line is a local date, not an instant',
    payable('2024-03-04', {
      visits: [visit('2024-03-04 21:00', '2024-03-04 22:00')],
      priorLines: [{ date: '2024-03-05', code: 'G0068' }],
    }),
    'PAYABLE_VISIT G0088 4u -',
  ),
  c(
    local,
    'two visits an hour apart on two dates are two lines',
    quiet('2024-03-04', '2024-03-05', {
      administrations: [run('milrinone', '2024-03-04 20:00', '2024-03-05 04:00')],
      visits: [
        visit('2024-03-04 23:00', '2024-03-04 23:30'),
        { ...visit('2024-03-05 00:10', '2024-03-05 00:30'), in: at('2024-03-05 00:10') },
      ],
      drugClaims: [{ jcode: 'J2260', date: '2024-03-04' }],
    }),
    '2024-03-04 PAYABLE_VISIT G0088 2u -',
    '2024-03-05 PAYABLE_VISIT G0068 1u -',
  ),
];
