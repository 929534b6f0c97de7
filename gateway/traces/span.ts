/** A piece of work of a trace. Instants are Unix ms. */
export interface Span {
  /** 32 and 16 hex digits. */
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client';
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** Why it failed; null when it did not. */
  readonly problem: string | null;
}

/** Numbers of opentelemetry/proto/trace/v1: SpanKind, and STATUS_CODE_ERROR. */
const kinds = { internal: 1, server: 2, client: 3 } as const;
const STATUS_ERROR = 2;

/** Spans as the body of an OTLP/HTTP export in JSON: ids in hex, nanoseconds as decimal text. */
export function otlpOf(spans: readonly Span[], version: string): object {
  return {
    resourceSpans: [
      {
        resource: { attributes: attributesOf({ 'service.name': 'infusion-gateway', 'service.version': version }) },
        scopeSpans: [{ scope: { name: 'infusion-gateway', version }, spans: spans.map(otlpSpanOf) }],
      },
    ],
  };
}

const otlpSpanOf = ({ traceId, spanId, parentId, name, kind, start, end, attributes, problem }: Span): object => ({
  traceId,
  spanId,
  ...(parentId !== null && { parentSpanId: parentId }),
  name,
  kind: kinds[kind],
  startTimeUnixNano: nanosOf(start),
  endTimeUnixNano: nanosOf(end),
  attributes: attributesOf(attributes),
  ...(problem !== null && { status: { code: STATUS_ERROR, message: problem } }),
});

const nanosOf = (ms: number): string => String(BigInt(Math.round(ms)) * 1_000_000n);

const attributesOf = (attributes: Span['attributes']): object[] =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: typed(value) }));

function typed(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
