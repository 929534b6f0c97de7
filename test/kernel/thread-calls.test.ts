import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { GatewayError } from '#kernel/errors.ts';
import { serveCalls, ThreadCaller, tell } from '#kernel/thread-calls.ts';

const api = {
  double: (n: number): number => n * 2,
  later: async (text: string): Promise<string> => `${text}!`,
  refuse: (_: undefined): void => {
    throw new GatewayError('storage-refused', 'the disk is full');
  },
  break: (_: undefined): void => {
    throw new TypeError('a mistake');
  },
};
type Events = { readonly grown: number };

let channel: MessageChannel;
let caller: ThreadCaller<typeof api, Events>;
beforeEach(() => {
  channel = new MessageChannel();
  serveCalls(channel.port1, api);
  caller = new ThreadCaller(channel.port2);
});
afterEach(() => channel.port2.close());

it('answers each call with its own answer', async () => {
  const answers = await Promise.all([caller.call('later', 'a'), caller.call('double', 4), caller.call('later', 'b')]);
  expect(answers).toEqual(['a!', 8, 'b!']);
});

it('carries our errors with their code, and a mistake as the gateway’s fault', async () => {
  await expect(caller.call('refuse', undefined)).rejects.toMatchObject({
    code: 'storage-refused',
    detail: 'the disk is full',
  });
  await expect(caller.call('break', undefined)).rejects.toMatchObject({ code: 'gateway-fault', detail: 'a mistake' });
});

it('hears what it was not asked for', async () => {
  const heard = new Promise<number>((resolve) => caller.on('grown', resolve));
  tell(channel.port1, 'grown', 7);
  expect(await heard).toBe(7);
});

it('rejects what is open when the other end goes', async () => {
  const { port1, port2 } = new MessageChannel();
  const alone = new ThreadCaller<typeof api, Events>(port2);
  const open = alone.call('double', 1);
  port1.close();
  await expect(open).rejects.toMatchObject({ code: 'gateway-fault' });
});
