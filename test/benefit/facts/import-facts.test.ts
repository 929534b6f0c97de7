import { expect, it } from 'vitest';
import { contentOfCells } from '#benefit/facts/csv-facts.ts';
import { readFacts } from '#benefit/facts/import-facts.ts';

const visit = {
  patient: 'p-1',
  kind: 'service',
  id: 'v-1',
  service: 'professional',
  start: '2026-03-04T09:00:00-05:00',
  end: '2026-03-04T09:38:00-05:00',
  place: '12',
  performer: 'nurse-1',
  credential: 'rn',
};

it('reads services with the signature of the professional', () => {
  const read = readFacts([{ ...visit, signedBy: 'nurse-1', signedAt: '2026-03-04T10:00:00-05:00' }]);
  expect(read).toMatchObject({
    ok: true,
    drafts: [
      {
        patient: 'p-1',
        kind: 'service',
        id: 'v-1',
        content: { kind: 'professional', end: Date.UTC(2026, 2, 4, 14, 38) },
        signature: { by: 'nurse-1', credential: 'rn', at: Date.UTC(2026, 2, 4, 15) },
      },
    ],
  });
});

it('tells every problem of every row at once, and takes nothing', () => {
  const rows = [
    visit,
    { ...visit, kind: 'servic' },
    'a text',
    { ...visit, id: 'v-2', signedBy: 'nurse-2', signedAt: 'yesterday' },
    { patient: 'p-1', kind: 'drug-claim', id: 'd', jcode: 'j2260', date: '2026-02-30', basis: 'claim', supplier: 'S' },
    visit,
  ];
  const read = readFacts(rows);
  expect(read.ok ? [] : read.problems.map(({ where }) => where)).toEqual([
    'row 2: kind',
    'row 3',
    'row 4: signedBy',
    'row 4: signedAt',
    'row 5: jcode',
    'row 5: date',
    'row 6: id',
  ]);
});

it('reads cells of text by the form of their kind', () => {
  expect(
    contentOfCells('plan-terms', {
      plan: 'a',
      monitorEveryDays: ' 7',
      reviewBy: '',
      reviewedOn: '2026-01-02; 2026-02-02',
    }),
  ).toEqual({ plan: 'a', monitorEveryDays: 7, reviewedOn: ['2026-01-02', '2026-02-02'] });
  expect(contentOfCells('administration', { volumeMl: 'much', start: '1772634000000' })).toEqual({
    volumeMl: 'much',
    start: 1_772_634_000_000,
  });
  expect(contentOfCells('service', { pumpRateVerified: 'yes' })).toEqual({ pumpRateVerified: true });
});
