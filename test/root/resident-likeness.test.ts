import { mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { callOtherwise } from '../resident/callers.ts';
import { ResidentNode } from '../resident/resident-node.ts';
import { isRunning } from '../support/is-running.ts';

/** A new control group below that of this process, of cgroup2 or, where there is none, of systemd's own hierarchy. */
function makeControlGroup(): string {
  const mounts = readFileSync('/proc/self/mountinfo', 'latin1').split('\n');
  const mount =
    mounts.find((line) => / - cgroup2 /.test(line)) ?? mounts.find((line) => /name=systemd/.test(line));
  const [, , , root = '', at = ''] = mount?.split(' ') ?? [];
  const groups = readFileSync('/proc/self/cgroup', 'latin1');
  const own = /^(?:0:|\d+:name=systemd):(.*)$/m.exec(groups)?.[1] ?? '';
  const path = join(
    at,
    own.startsWith(root) && root !== '/' ? own.slice(root.length) : own,
    `test-${process.pid}`,
  );
  mkdirSync(path);
  return path;
}

test('a link in another control group, as of another service, runs its event itself; its new host is in that one, and ends with it', async () => {
  const node = new ResidentNode();
  const group = makeControlGroup();
  onTestFinished(() => expect.poll(() => remove(group)).toBe(true));
  const enters = `sh -c 'echo $$ > "$0"/cgroup.procs; exec "$@"' '${group}'`;
  const host = await callOtherwise(node, 'ctdb-eventd', enters);
  await expect.poll(() => isRunning(host)).toBe(false);
  const next = await node.isReady();
  // What systemd kills when a service stops is all that is in its control group.
  const members = readFileSync(join(group, 'cgroup.procs'), 'latin1').trim().split('\n').map(Number);
  expect(members).toEqual([next]);
  for (const pid of members) process.kill(pid, 'SIGKILL');
  await expect.poll(() => isRunning(next)).toBe(false);
});

function remove(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch {
    return false; // A process in it has not ended yet.
  }
}

test.each([
  ['a bounding set of capabilities', 'setpriv --bounding-set=-sys_boot'],
  ['inheritable capabilities', 'setpriv --inh-caps=+net_raw'],
  ['a real-time policy', 'chrt --rr 1'],
  ['mounts of its own', 'unshare --mount'],
  ['a host name of its own', 'unshare --uts'],
])('a link that its caller has given %s runs its event itself', async (_what, wrapper) => {
  await callOtherwise(new ResidentNode(), 'somebody', wrapper);
});
