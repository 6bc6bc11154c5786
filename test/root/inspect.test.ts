import { expect, test } from 'vitest';
import { describedWhen, startGroup } from '../process/inspect/children.ts';

test('a program whose connection is not answered shows where it goes', async () => {
  const commands = [
    'ip link add v0 type veth peer name v1',
    'ip addr add 192.0.2.1/24 dev v0',
    'ip link set v0 up',
    'ip link set v1 up',
    'ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev v0',
    'exec bash -c "exec 3<>/dev/tcp/192.0.2.2/2049"',
  ];
  const pid = startGroup('unshare', ['--net', 'sh', '-ec', commands.join('\n')]);
  expect(await describedWhen(pid, /blocked in connect/)).toMatch(
    /blocked in connect fd 3 "tcp 192\.0\.2\.1:\d+ to 192\.0\.2\.2:2049 \(SYN-SENT\)" to 192\.0\.2\.2:2049\n$/,
  );
});
