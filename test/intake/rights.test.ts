import { describe, expect, it } from 'vitest';
import { LiveLinks } from '#intake/live-links.ts';
import { couldMatchReadings, mayLeaveWill, mayPublish, maySubscribe } from '#intake/topic-rights.ts';

const anyone = { kind: 'anyone' } as const;
const hubA = { kind: 'hub', hub: 'hub-a' } as const;

describe('rights to topics', () => {
  it.each([
    ['infusion/v1/hub-a/status', true, true],
    ['infusion/v1/hub-a/pump-1/readings', true, true],
    ['infusion/v1/hub-b/status', true, false],
    ['infusion/v1/hub-b/pump-1/readings', true, false],
    ['infusion/v1/hub-a/command', false, false],
    ['infusion/v1/bad hub/status', true, false],
    ['infusion/v1/hub-a/pump-1/other', false, false],
    ['$SYS/broker/load', false, false],
    ['other', false, false],
    ['', false, false],
  ])('publish to %j: anyone %s, hub-a %s', (topic, open, closed) => {
    expect(mayPublish(anyone, topic)).toBe(open);
    expect(mayPublish(hubA, topic)).toBe(closed);
  });

  it.each([
    ['infusion/v1/hub-a/status', true, true],
    ['infusion/v1/hub-b/status', true, false],
    ['infusion/v1/hub-a/pump-1/readings', false, false],
    ['infusion/v1/hub-a/command', false, false],
    ['infusion/v1/bad hub/status', false, false],
  ])('last will at %j: anyone %s, hub-a %s', (topic, open, closed) => {
    expect(mayLeaveWill(anyone, topic)).toBe(open);
    expect(mayLeaveWill(hubA, topic)).toBe(closed);
  });

  it.each([
    ['infusion/v1/#', true, false],
    ['infusion/v1/+/status', true, false],
    ['infusion/v1/hub-a/command', true, true],
    ['infusion/v1/hub-b/command', true, false],
    ['infusion/v1/+/command', true, false],
    ['#', false, false],
    ['+/v1/hub-a/command', false, false],
    ['$SYS/#', false, false],
    ['$share/g/infusion/v1/#', false, false],
  ])('subscribe to %j: anyone %s, hub-a %s', (filter, open, closed) => {
    expect(maySubscribe(anyone, filter)).toBe(open);
    expect(maySubscribe(hubA, filter)).toBe(closed);
  });

  it.each([
    ['infusion/v1/#', true],
    ['infusion/v1/hub/#', true],
    ['infusion/v1/+/+/readings', true],
    ['infusion/v1/hub/command', false],
    ['infusion/v1/+/status', false],
  ])('%s could match readings: %s', (filter, expected) => {
    expect(couldMatchReadings(filter)).toBe(expected);
  });
});

describe('live links', () => {
  it('know whether another link carries a hub', () => {
    const links = new LiveLinks<{ name: string }>();
    const [one, two] = [{ name: 'one' }, { name: 'two' }];
    links.claim(one, 'hub');
    links.claim(one, 'hub');
    expect(links.hasOther('hub', one)).toBe(false);
    expect(links.hasOther('hub', two)).toBe(true);
    expect(links.hasOther('hub', null)).toBe(true);
    links.claim(two, 'hub');
    links.claim(two, 'second');
    links.drop(two);
    links.drop(two);
    expect(links.hasOther('hub', one)).toBe(false);
    expect(links.hasOther('second', one)).toBe(false);
    links.drop(one);
    expect(links.hasOther('hub', null)).toBe(false);
  });
});
