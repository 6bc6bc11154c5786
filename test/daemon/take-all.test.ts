import { expect, test } from 'vitest';
import { takeAll } from '../../core/daemon/take-all.ts';

test('a step that fails, at once or later, keeps none of the others from being taken, in their order', async () => {
  const taken: string[] = [];
  const reported: string[] = [];
  const step = (name: string): void => {
    taken.push(name);
  };
  await takeAll(
    [
      () => {
        step('metrics');
        throw new Error('EISDIR: metrics.prom');
      },
      async () => {
        await Promise.resolve();
        step('server');
        throw new Error('EBADF: eventd.socket');
      },
      () => {
        step('instance');
      },
    ],
    (message) => reported.push(message),
  );
  expect(taken).toEqual(['metrics', 'server', 'instance']);
  expect(reported).toEqual([
    'While the daemon ended: EISDIR: metrics.prom',
    'While the daemon ended: EBADF: eventd.socket',
  ]);
});
