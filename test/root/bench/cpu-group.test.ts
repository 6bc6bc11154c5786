import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { CpuGroup } from '../../bench/services/cpu-group.ts';

/** Starts a process that nobody waits for, ends before it, and has it count. */
const counting =
  'read go; sh -c "i=0; while [ \\$i -lt 300000 ]; do i=\\$((i + 1)); done; read end" <&0 & exit 0';

test('the time of a process counts that nobody waited for and that still runs', async () => {
  const child = spawn('sh', ['-c', counting], { stdio: ['pipe', 'ignore', 'inherit'] });
  const group = CpuGroup.around(child.pid ?? 0, 'ctdb-hook-test');
  onTestFinished(() =>
    expect
      .poll(() => {
        group.remove();
        return 'removed';
      })
      .toBe('removed'),
  );
  onTestFinished(() => {
    child.stdin.destroy();
  });
  const before = group.usedMs();
  expect(before).toBeLessThan(20);
  child.stdin.write('go\n');
  await once(child, 'exit');
  await expect.poll(() => group.usedMs() - before).toBeGreaterThan(50);
});
