import { describe, expect, it } from 'vitest';
import { seconds } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import { readPing, signatureOf } from '#notify/signed-ping.ts';
import { defaultWatchdogLimits, Watchdog } from '#notify/watchdog.ts';

function rig(limits = {}) {
  const clock = new VirtualClock(1_000_000);
  const paged: string[] = [];
  let canaries = 0;
  let deaf = false;
  const watchdog = new Watchdog({
    clock,
    limits: { ...defaultWatchdogLimits, canaryEvery: null, ...limits },
    page: async (problem) => {
      if (deaf) throw new Error('no connection');
      paged.push(problem);
    },
    sendCanary: async () => {
      canaries += 1;
    },
    onError: () => {},
  });
  watchdog.start();
  const well = (auditPassed = true) => watchdog.ping({ at: clock.wall(), auditPassed, problems: [] });
  return {
    clock,
    paged,
    watchdog,
    well,
    canaries: () => canaries,
    setDeaf: (value: boolean) => {
      deaf = value;
    },
  };
}

describe('the watchdog', () => {
  it('pages after 90 s of silence, again every 5 minutes, and tells when it is over', async () => {
    const { clock, paged, well } = rig();
    for (let i = 0; i < 10; i += 1) {
      well();
      await clock.advance(seconds(30));
    }
    expect(paged).toEqual([]);
    await clock.advance(seconds(59));
    expect(paged).toEqual([]);
    await clock.advance(seconds(2));
    expect(paged).toEqual(['gateway-silent']);
    await clock.advance(seconds(301));
    expect(paged).toEqual(['gateway-silent', 'gateway-silent']);
    well();
    await clock.advance(seconds(2));
    expect(paged.at(-1)).toBe('well');
  });

  it('pages when pings come without a passed audit', async () => {
    const { clock, paged, well } = rig();
    for (let i = 0; i < 4; i += 1) {
      well(false);
      await clock.advance(seconds(30));
    }
    expect(paged).toEqual(['audit-failed']);
  });

  it('tries again at once when nobody could be told', async () => {
    const { clock, paged, setDeaf } = rig();
    setDeaf(true);
    await clock.advance(seconds(100));
    expect(paged).toEqual([]);
    setDeaf(false);
    await clock.advance(seconds(3));
    expect(paged).toEqual(['gateway-silent']);
  });

  it('pages when two synthetic alarms in a row do not come back', async () => {
    const { clock, paged, well, watchdog, canaries } = rig({ canaryEvery: seconds(300) });
    const live = async (secondsLong: number) => {
      for (let i = 0; i < secondsLong; i += 10) {
        well();
        await clock.advance(seconds(10));
      }
    };
    await live(100);
    watchdog.canaryArrived();
    await live(500);
    expect(paged).toEqual([]);
    await live(300);
    expect(paged).toEqual(['canary-lost']);
    expect(canaries()).toBe(4 - 1);
    watchdog.canaryArrived();
    await live(10);
    expect(paged.at(-1)).toBe('well');
  });
});

describe('a ping', () => {
  const secret = 's'.repeat(32);
  const body = JSON.stringify({ at: 1_000, auditPassed: true, problems: [] });

  it('is believed when it is signed, fresh and newer than the last', () => {
    const signature = signatureOf(secret, body);
    expect(readPing(secret, body, signature, 0, 2_000)).toMatchObject({ auditPassed: true });
    expect(readPing(secret, body, signature, 1_000, 2_000)).toBeUndefined();
    expect(readPing(secret, body, signature, 0, 1_000_000)).toBeUndefined();
    expect(readPing('x'.repeat(32), body, signature, 0, 2_000)).toBeUndefined();
    expect(readPing(secret, body.replace('true', 'false'), signature, 0, 2_000)).toBeUndefined();
  });
});
