import { describe, expect, it } from 'vitest';
import { alarmTrace } from '#traces/alarm-trace.ts';
import { otlpOf, type Span } from '#traces/span.ts';
import { delivery, T, traced } from './traced.ts';

const inShort = ({ name, start, end, problem }: Span) => [name, start - T, end - T, problem];

describe('an alert as a trace', () => {
  it('leads from the message of the hub to the message to a person', () => {
    const spans = alarmTrace(traced());
    expect(spans.map(inShort)).toEqual([
      ['alarm occlusion-downstream', 0, 40, null],
      ['page page', 50, 900, null],
      ['send sms', 60, 900, null],
    ]);
    const [alarm, paged, sent] = spans;
    expect([alarm?.parentId, paged?.parentId, sent?.parentId]).toEqual([null, alarm?.spanId, paged?.spanId]);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    for (const { traceId, spanId } of spans) expect(`${traceId} ${spanId}`).toMatch(/^[0-9a-f]{32} [0-9a-f]{16}$/);
  });

  it('is the same when it is made again, and names nobody', () => {
    expect(alarmTrace(traced())).toEqual(alarmTrace(traced()));
    expect(JSON.stringify(alarmTrace(traced()))).not.toMatch(/Nora|patient-7/);
  });

  it('shows a message that failed, and leaves out one that has not left', () => {
    const failed = alarmTrace(traced({ deliveries: [delivery({ state: 'failed', problem: 'no such number' })] }));
    expect(failed.map(inShort).at(-1)).toEqual(['send sms', 60, 900, 'no such number']);
    expect(alarmTrace(traced({ deliveries: [delivery({ state: 'queued' })] })).map(({ name }) => name)).toEqual([
      'alarm occlusion-downstream',
      'page page',
    ]);
  });

  it('has no part that ends before it begins, whatever the clocks did', () => {
    const evidence = traced().evidence.map((one) => ({ ...one, receivedAt: T + 3_600_000 }));
    const spans = alarmTrace(traced({ evidence, deliveries: [delivery({ changedAt: T - 9 })] }));
    for (const { start, end } of spans) expect(end).toBeGreaterThanOrEqual(start);
  });
});

it('in OTLP, times are nanoseconds as text and numbers say what they are', () => {
  const [alarm] = alarmTrace(traced());
  if (!alarm) throw new Error('a span');
  const spans = [{ ...alarm, problem: 'why', attributes: { text: 'a', whole: 7, part: 0.5, yes: true } }];
  expect(otlpOf(spans, '1.2.3')).toMatchObject({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'infusion-gateway' } }, {}] },
        scopeSpans: [
          {
            spans: [
              {
                startTimeUnixNano: '1772323200000000000',
                endTimeUnixNano: '1772323200040000000',
                kind: 2,
                status: { code: 2, message: 'why' },
                attributes: [
                  { key: 'text', value: { stringValue: 'a' } },
                  { key: 'whole', value: { intValue: '7' } },
                  { key: 'part', value: { doubleValue: 0.5 } },
                  { key: 'yes', value: { boolValue: true } },
                ],
              },
            ],
          },
        ],
      },
    ],
  });
});
