import type { Command } from 'commander';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { Advisory } from '#alerts/occlusion/advisory.ts';
import { OcclusionDetector } from '#alerts/occlusion/occlusion-detector.ts';
import { readingFromWire } from '#codec/hub-json.ts';
import { wireReading } from '#codec/wire-schema.ts';
import { GatewayError } from '#kernel/errors.ts';
import { print } from './common.ts';
import { linesOf } from './lines-of.ts';

/** A reading of the wire with its pump. Recordings may count time from anywhere and leave out the sequence. */
const line = Compile(
  Type.Object({
    ...wireReading.properties,
    pump: Type.String({ minLength: 1, maxLength: 128 }),
    at: Type.Number(),
    seq: Type.Optional(Type.Number()),
  }),
);

export function addDetectCommand(program: Command): void {
  program
    .command('detect')
    .description('read recorded readings and print the early occlusion advisories they give')
    .requiredOption(
      '--in <file>',
      'JSON lines, each a reading with "pump" added, in order of "at"; - for standard input',
    )
    .option('--json', 'one JSON line per advisory')
    .addHelpText('after', '\nAn advisory is supplementary: it never delays or clears an alarm of the pump.')
    .action(async (options: { in: string; json?: boolean }) => {
      const detectors = new Map<string, OcclusionDetector>();
      let number = 0;
      for await (const text of linesOf('--in', options.in)) {
        number += 1;
        if (text.trim() === '') continue;
        const { pump, ...wire } = parseLine(text, number);
        const detector = detectors.get(pump) ?? new OcclusionDetector();
        detectors.set(pump, detector);
        // Without sequence numbers time alone orders the readings.
        const advisory = detector.step(readingFromWire({ ...wire, seq: wire.seq ?? 0 }));
        if (advisory) await print(`${options.json ? jsonLine(pump, advisory) : words(pump, advisory)}\n`);
      }
    });
}

/** @throws GatewayError `bad-request` naming the line and the field */
function parseLine(text: string, number: number) {
  let value: unknown;
  try {
    value = JSON.parse(text, (_key, field) => (field === null ? undefined : field));
  } catch {
    throw new GatewayError('bad-request', `Line ${number} is not JSON.`);
  }
  if (line.Check(value)) return value;
  const [problem] = line.Errors(value);
  throw new GatewayError('bad-request', `Line ${number}: ${problem?.instancePath ?? ''} ${problem?.message ?? ''}`);
}

const jsonLine = (pump: string, { atMs, score, secondsToLimit }: Advisory): string =>
  JSON.stringify({ pump, at: atMs, kind: 'occlusion-advisory', score, seconds_to_limit: secondsToLimit });

function words(pump: string, { atMs, score, secondsToLimit, explain }: Advisory): string {
  const left = secondsToLimit === null ? 'limit not known' : `limit in about ${secondsToLimit} s`;
  const climb = `${explain.baselineMmHg} to ${explain.pressureMmHg} mmHg over ${explain.volumeMl} mL`;
  return `${pump} at ${atMs}: line seems to be closing, ${climb}, ${left}, score ${score}`;
}
