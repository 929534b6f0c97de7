import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ulidOf } from '#kernel/ids.ts';
import type { Plain } from '#kernel/state-store.ts';
import { outboxStream } from '#model/paging.ts';
import { noPumpContext } from '#model/pump-context.ts';
import { alertInputStream } from '../../gateway/alerts/alert-store.ts';
import type { EngineInput } from '../../gateway/alerts/engine-input.ts';
import { defaultAlertPolicy } from '../../gateway/alerts/policy.ts';
import { replayAlerts } from '../../gateway/alerts/replay-alerts.ts';
import { hour, minute, nurse, Story, second } from './fold.ts';
import { RunnerRig } from './runner-rig.ts';

const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        step: fc.constant('reading' as const),
        pump: fc.constantFrom('pump-1', 'pump-2', 'pump-3'),
        alarms: fc.subarray(['occlusion-downstream', 'under-infusion', 'reservoir-low']),
        backMs: fc.constantFrom(0, 0, 0, second, 10 * minute),
        rate: fc.constantFrom(100, 100, 130),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        step: fc.constant('wait' as const),
        ms: fc.constantFrom(300, 10_000, 7 * minute, 2 * hour),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        step: fc.constant('act' as const),
        which: fc.nat(5),
        action: fc.constantFrom('ack', 'snooze', 'decline', 'close', 'undo', 'assign'),
        person: fc.constantFrom('Ana', 'Ben'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        step: fc.constant('told' as const),
        what: fc.constantFrom('patient', 'disk', 'disk-over', 'unreached'),
      }),
    },
  ),
  { minLength: 1, maxLength: 40 },
);

it('the journal and the inputs beside it give every event and every page again, byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      const rig = new RunnerRig(ulidOf);
      const story = new Story();
      rig.runner.start();
      await rig.pass(0);
      let seq = 0;
      for (const step of list) {
        const now = rig.clock.wall();
        if (step.step === 'wait') await rig.pass(step.ms);
        else if (step.step === 'reading') {
          const { pump, alarms, backMs, rate } = step;
          const more = { rateMlH: rate, programmedRateMlH: 100 };
          rig.commit(
            story.reading({ pump, hub: `of-${pump}`, seq: seq++, at: now - backMs, received: now, alarms, more }),
          );
          await rig.pass(10);
        } else if (step.step === 'told') tell(rig, step.what);
        else act(rig, step.which, step.action, step.person);
      }
      await rig.pass(minute);
      const inputs = rig.store.read<Plain<EngineInput>>(alertInputStream, 0, 10_000).map(({ value }) => value);
      const again = replayAlerts(defaultAlertPolicy, ulidOf, rig.entries, inputs, rig.clock.wall());
      expect(JSON.stringify(again.events)).toBe(JSON.stringify(rig.log.map(({ value }) => value)));
      const pages = rig.store.read(outboxStream, 0, 10_000).map(({ value }) => value);
      expect(JSON.stringify(again.pages)).toBe(JSON.stringify(pages));
    }),
    { numRuns: 60 },
  );
}, 60_000);

function tell(rig: RunnerRig, what: string): void {
  const disk = { code: 'disk-low', hub: null, pump: null, active: what === 'disk', text: 'The disk is nearly full.' };
  if (what === 'patient') rig.runner.setContext('pump-1', { ...noPumpContext, patient: 'patient-1' });
  else if (what === 'unreached') {
    const [alert] = rig.desk.list({ state: 'open' });
    if (alert) rig.runner.undelivered(alert.id, `${alert.id}/${alert.escalationStep}/0`);
  } else rig.runner.technical(disk);
}

function act(rig: RunnerRig, which: number, action: string, name: string): void {
  const alerts = rig.desk.list();
  const alert = alerts[which % Math.max(1, alerts.length)];
  if (!alert) return;
  const { id, version } = alert;
  const person = nurse(name);
  if (action === 'snooze') rig.desk.act(id, { action, version, minutes: 5, reason: 'busy' }, person);
  else if (action === 'close') rig.desk.act(id, { action, version, outcome: 'other' }, person);
  else if (action === 'assign') rig.desk.act(id, { action, version, to: 'Cleo' }, person);
  else if (action === 'ack' || action === 'decline' || action === 'undo') rig.desk.act(id, { action, version }, person);
}
