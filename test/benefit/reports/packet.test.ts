import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { TempDir } from '#support/temp-dir.ts';
import { coverageFact, settingsOf } from '../claims/settings.ts';
import { drugClaim, patient, rigAt } from '../desk/rig.ts';

/** The words of a PDF, by an independent reader. */
function textOf(pdf: Buffer): string {
  using dir = new TempDir();
  writeFileSync(dir.file('packet.pdf'), pdf);
  return execFileSync('pdftotext', ['-layout', dir.file('packet.pdf'), '-'], { encoding: 'utf8', timeout: 30_000 });
}

it('the packet has a sheet for each date: decision, deliveries, signatures, reasons with citations; and no name', async () => {
  const rig = rigAt('2026-03-20 08:00', undefined, settingsOf());
  rig.desk.importFacts([drugClaim('2026-03-04'), coverageFact], 'billing');
  rig.arrive(rig.run('2026-03-04 09:00', '2026-03-04 12:00'));
  await rig.visit('2026-03-04', { finding: 'no redness', planItem: 'weekly visit' });
  await rig.visit('2026-03-05', { kind: 'remote-monitoring', place: 'remote' });
  const text = textOf(await rig.desk.packet(patient, '2026-03-01', '2026-03-19'));
  expect(text).toContain('Payable: the drug ran and a professional was in the home, one line G0088 of 4 units.');
  expect(text).toContain('09:00 to 12:00: 180.0 mL of J2260');
  expect(text).toContain('Signed by nurse-1, rn');
  expect(text).toContain('Finding: no redness.');
  expect(text).toContain('42 CFR 486.505');
  expect(text).toMatch(/P3 FAILED/);
  expect(text).toMatch(/page 2 of 2/);
  expect(text).not.toMatch(/page 3/);
  expect(text).not.toMatch(/Mu.oz|1EG4TE5MK73/);
});

it('says so when nothing was decided', async () => {
  const rig = rigAt('2026-03-20 08:00');
  expect(textOf(await rig.desk.packet(patient, '2026-03-01', '2026-03-19'))).toContain('Nothing was decided');
});
