import { existsSync } from 'node:fs';
import { readPublicAddresses } from '../../ctdb-config/public-addresses.ts';
import { runCommand } from '../../process/run-command.ts';
import { deadlineIn } from '../../process/deadline.ts';
import type { Finding, Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { join } from 'node:path';

/** How long `ip` may take, in milliseconds. */
const askMs = 3_000;

/** Whether the interfaces of public addresses are there. */
export const interfaces: Rule = {
  id: 'interfaces',
  summary: 'the interfaces of public_addresses exist',
  scope: 'machine',
  async check(subject) {
    const configured = await readPublicAddresses(subject.base).catch(() => undefined);
    if (configured === undefined) return [];
    const lines = new Map<string, number>();
    for (const { ifaces, line } of configured.addresses)
      for (const iface of ifaces) if (!lines.has(iface)) lines.set(iface, line);
    const found: Finding[] = [];
    for (const [iface, line] of lines) {
      if (await exists(iface, subject)) continue;
      const what = `there is no interface ${iface} on this machine: ctdbd does not start, or the node is UNHEALTHY`;
      found.push({ severity: 'error', path: join(subject.base, 'public_addresses'), line, what });
    }
    return found;
  },
};

/** It may be an altname, which only the kernel knows. */
async function exists(iface: string, { environment, signal }: Subject): Promise<boolean> {
  if (existsSync(`/sys/class/net/${iface}`)) return true;
  const asked = await runCommand(
    { command: ['ip', 'link', 'show', 'dev', iface], environment, group: 'own', streams: 'two' },
    { deadline: deadlineIn(askMs), signal, outputBytesMax: 64 * 1024 },
  );
  return asked.ok;
}
