import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventParser } from '../../dashboards/nurse/src/live/event-parser.ts';

const stream = [
  ': keep-alive\n\n',
  'id: 7\nevent: alert\ndata: {"position":7}\n\n',
  'event: fleet\r\ndata: {"pumps":[]}\r\n\r\n',
  'data: first\ndata:second\rdata:  third\n\n',
  'event: nothing\n\n',
].join('');

const expected = [
  { event: 'alert', data: '{"position":7}', id: '7' },
  { event: 'fleet', data: '{"pumps":[]}', id: '7' },
  { event: 'message', data: 'first\nsecond\n third', id: '7' },
];

test('comments and events without data make no message, the last id stays', () => {
  expect(new EventParser().push(stream)).toEqual(expected);
});

test('the same messages come out wherever the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: stream.length }), { maxLength: 12 }), (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
      const parser = new EventParser();
      const got = places.flatMap((place, index) => parser.push(stream.slice(places[index - 1] ?? 0, place)));
      expect(got).toEqual(expected);
    }),
  );
});

test('an unfinished message is held back', () => {
  const parser = new EventParser();
  expect(parser.push('data: half')).toEqual([]);
  expect(parser.push('\n')).toEqual([]);
  expect(parser.push('\n')).toEqual([{ event: 'message', data: 'half', id: '' }]);
});
