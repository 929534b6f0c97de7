import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { GatewayError } from '#kernel/errors.ts';
import defaults from './occlusion-policy.json' with { type: 'json' };

const Figure = Type.Object(
  {
    value: Type.Number({ exclusiveMinimum: 0 }),
    mark: Type.Enum(['found', 'derived', 'tuned', 'chosen']),
    source: Type.String({ minLength: 1, description: 'Where it comes from, or what it does.' }),
  },
  { additionalProperties: false },
);

const names = [
  'minComplianceUlMmHg',
  'maxComplianceUlMmHg',
  'typicalComplianceUlMmHg',
  'slopeSlack',
  'assumedHeadroomMmHg',
  'leastHeadroomMmHg',
  'binShare',
  'bins',
  'baseBins',
  'usualBins',
  'baseNoise',
  'leastBefore',
  'freshDivisor',
  'leastRising',
  'headroomShare',
  'leastMmHg',
  'noiseFactor',
  'mostShare',
  'jumpSeconds',
  'briefJumpSeconds',
  'longClimbSeconds',
  'jumpMostMmHg',
  'jumpRest',
  'firstMoveMmHg',
  'moveSeconds',
  'evenSeconds',
  'evenBins',
  'spikeNoise',
  'oddSlope',
  'oddNoise',
  'leastFit',
  'residualNoise',
  'residualRise',
  'tailPart',
  'tailShare',
  'missingFactor',
  'bulgeFactor',
  'climbShare',
  'climbFactor',
  'secondClimbFactor',
  'climbs',
  'climbHours',
  'lullBins',
  'restFactor',
  'restHours',
  'restAtFirstMmHg',
  'restAtFirstHours',
  'restBins',
  'settleReadings',
  'rateTolerance',
  'longestGapSeconds',
  'rearmShare',
  'settledVolumes',
] as const;
type Name = (typeof names)[number];

const PolicyFile = Type.Object(
  {
    version: Type.String({ minLength: 1, maxLength: 64 }),
    marks: Type.String(),
    numbers: Type.Record(Type.Enum([...names]), Figure),
  },
  { additionalProperties: false },
);

/** Every number of the early occlusion advisory. The meaning of each stands beside its value in the JSON file. */
export type OcclusionPolicy = Readonly<Record<Name, number>> & { readonly version: string };

/**
 * Checks a policy file and takes the values out of it.
 * @throws GatewayError `config-invalid` naming every problem at once.
 */
export function parseOcclusionPolicy(input: unknown): OcclusionPolicy {
  if (!Value.Check(PolicyFile, input)) {
    const problems = [...Value.Errors(PolicyFile, input)].map(
      ({ instancePath, message }) => `${instancePath || 'policy'} ${message}`,
    );
    throw new GatewayError('config-invalid', `Occlusion policy: ${problems.join('; ')}`);
  }
  const { numbers, version }: Static<typeof PolicyFile> = input;
  const value = (name: Name): number => numbers[name].value;
  return {
    version,
    ...(Object.fromEntries(names.map((name) => [name, value(name)])) as Record<Name, number>),
  };
}

/** The proposed defaults. Tuned on seeded scenarios; need clinical sign-off. */
export const defaultOcclusionPolicy: OcclusionPolicy = parseOcclusionPolicy(defaults);
