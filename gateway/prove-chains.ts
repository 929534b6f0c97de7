import type { Verification } from '#kernel/sealed-stream.ts';
import { chainsOf } from './chains.ts';

export interface ChainProof extends Verification {
  readonly chain: string;
}

/** Recomputes every chain of a data folder. */
export async function proveChains(of: Parameters<typeof chainsOf>[0]): Promise<readonly ChainProof[]> {
  const proofs: ChainProof[] = [];
  for (const chain of chainsOf(of)) proofs.push({ chain: chain.name, ...(await chain.verify()) });
  return proofs;
}
