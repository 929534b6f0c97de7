import { readFileSync } from 'node:fs';
import { BenefitDesk, type BenefitParts } from '#benefit/desk/benefit-desk.ts';
import { type BenefitSettings, defaultBenefitSettings, parseBenefitSettings } from '#benefit/settings.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import { GatewayError, messageOf } from '#kernel/errors.ts';
import { ed25519Signer, newSigningKey } from '#kernel/head-signer.ts';
import { ulidMaker } from '#kernel/ids.ts';
import { KeyFolder } from '#registry/key-folder.ts';
import { openText, sealText } from '#registry/sealed-text.ts';

export interface BenefitFiles {
  readonly benefit: string;
  /** Folder of the secret keys. */
  readonly keys: string;
  /** Path of a file of settings. */
  readonly settings: string | undefined;
}

/** The benefit on its file, with its keys. Closing the store is the caller's. */
export function openBenefit(
  { benefit, keys, settings }: BenefitFiles,
  clock: Clock,
  others: Pick<BenefitParts, 'alertServices' | 'readings' | 'care' | 'unreachable'>,
): { readonly desk: BenefitDesk; close(): void } {
  const folder = new KeyFolder(keys);
  const store = new SqliteStateStore(benefit);
  const desk = new BenefitDesk({
    ...others,
    store,
    clock,
    newId: ulidMaker(clock),
    settings: settings === undefined ? defaultBenefitSettings : readBenefitSettings(settings),
    signer: ed25519Signer(folder.text('chains.pem', newSigningKey)),
    cipher: {
      seal: (text, bound) => sealText(folder.secret('coverage'), text, bound),
      open: (sealed, bound) => openText(folder.secret('coverage'), sealed, bound),
    },
  });
  return { desk, close: () => store.close() };
}

/** @throws GatewayError `config-invalid` */
export function readBenefitSettings(path: string): BenefitSettings {
  try {
    return parseBenefitSettings(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('config-invalid', `benefit ${path}: ${messageOf(error)}`, { cause: error });
  }
}
