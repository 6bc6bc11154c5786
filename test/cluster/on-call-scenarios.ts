import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { packageVersion } from '../../core/package/package-version.ts';
import type { Cluster } from './cluster.ts';
import { scenarioDirectory, type ClusterNode } from './node.ts';
import { Terminal } from './terminal.ts';

const programs = fileURLToPath(new URL('../../bin', import.meta.url));
const notification = '/etc/ctdb/events/notification/mail.script';

/** What bin/README.md has a mail sent with. It is kept in a file here. */
const mail = `#!/bin/sh
PATH=${programs}:$PATH
case $1 in
unhealthy | healthy) { echo "node is $1"; ctdb-hook status; } >>${scenarioDirectory}/mail ;;
esac
`;

/** The questions of somebody who is woken up, each answered in a terminal by the command that bin/README.md names. */
export function testOnCall(cluster: () => Cluster): void {
  describe('what the person on call asks', () => {
    let node: ClusterNode;
    let terminal: Terminal;
    const source = readFile(new URL('plugins/75.web.ts', import.meta.url), 'utf8');

    beforeAll(async () => {
      node = cluster().node(1);
      await node.install('75.web.ts', await source);
      await node.machine.write(node.entryPath('75.web.options'), 'WEB_PORT=8081\n');
      await node.machine.write(notification, mail, 0o755);
      terminal = await Terminal.open(node.machine, programs);
      await seen(() => terminal.type('ctdb-hook status'), /^75\.web +plugin +OK/);
    });

    afterAll(async () => {
      await terminal.close();
      await node.machine.run(
        'rm',
        '-f',
        notification,
        node.entryPath('75.web.ts'),
        node.entryPath('75.web.options'),
      );
      await cluster().waitUntilHealthy();
      await cluster().waitUntilServedBy(cluster().nodes);
    });

    test('which event daemon runs, of which version, since when', async () => {
      const [first] = await terminal.type('ctdb-hook status');
      const pattern = `^Event daemon: ctdb-hook ${packageVersion()}, process \\d+, since \\d{4}-\\d\\d-\\d\\dT[\\d:]+Z$`;
      expect(first).toMatch(new RegExp(pattern));
    });

    test('since when is this node unhealthy, and why; and how would I have been told', async () => {
      await node.machine.write(`${scenarioDirectory}/unwell`, 'the disk is full');
      const lines = await seen(
        () => terminal.type('ctdb-hook status; echo "status $?"'),
        /^Monitor: fails since /,
      );
      expect(lines.find((line) => line.startsWith('Monitor:'))).toMatch(/, at 70\.author, last at /);
      expect(lines).toContainEqual(expect.stringContaining('the disk is full'));
      expect(lines.at(-1)).toBe('status 2');
      const inbox = () => node.machine.read(`${scenarioDirectory}/mail`);
      await expect.poll(inbox, { timeout: 20_000 }).toContain('node is unhealthy');
      await node.machine.run('rm', `${scenarioDirectory}/unwell`);
      await cluster().waitUntilHealthy();
      await expect.poll(inbox, { timeout: 20_000 }).toContain('node is healthy');
      expect(await inbox()).toContain('Monitor: fails since ');
      const history = await terminal.type('ctdb-hook history --event monitor --failed --since 5m');
      expect(history[0]).toMatch(/^\S+ \S+ +monitor: ERROR 1 in \d+ ms/);
      expect(history).toContainEqual(expect.stringContaining('the disk is full'));
    });

    test('what happened in the failover: one story of all nodes, and a page for a browser', async () => {
      await node.ctdb('disable');
      await cluster().waitUntilServedBy(cluster().nodes.filter((each) => each !== node));
      await node.ctdb('enable');
      await cluster().waitUntilServedBy(cluster().nodes);
      const exports = cluster().nodes.map(({ pnn }) => `/run/shared/node${pnn}.history`);
      for (const each of cluster().nodes)
        await each.machine.run(`${programs}/ctdb-hook`, 'history', '--export', exports[each.pnn] ?? '');
      const page = `${scenarioDirectory}/page.html`;
      const lines = await terminal.type(
        `ctdb-hook timeline --since 2m ${exports.join(' ')}; ctdb-hook timeline ${exports.join(' ')} --html ${page}`,
      );
      const story = lines.join('\n');
      expect(story).toMatch(/^\d+ addresses: \d+ moved/m);
      for (const { pnn } of cluster().nodes) expect(story).toContain(`node${pnn}`);
      expect(story).toMatch(/75\.web/);
      expect(await node.machine.read(page)).toContain('<!DOCTYPE html>');
    });

    test('which plugin is slow', async () => {
      const lines = await terminal.type('ctdb-hook history --entries --since 1h');
      expect(lines[0]).toMatch(/^ENTRY +EVENT/);
      expect(lines.find((line) => line.startsWith('75.web') && line.includes('ipreallocated'))).toMatch(
        / [7-9]\d\d /,
      );
    });

    test('what would run at takeip, and nothing is changed by the question', async () => {
      const [ip = ''] = node.kernelAddresses().filter((each) => each.startsWith('10.98.0.'));
      const before = node.kernelAddresses();
      const lines = await terminal.type(`ctdb-hook explain takeip eth0 ${ip} 24; echo "status $?"`);
      expect(lines).toContainEqual(expect.stringMatching(/^10\.interface +plugin +would run/));
      expect(lines).toContainEqual(expect.stringMatching(/^75\.web +plugin +not run/));
      expect(lines.at(-1)).toBe('status 0');
      expect(node.kernelAddresses()).toEqual(before);
    });

    test('what do the checks between events hold', async () => {
      const lines = await seen(
        () => terminal.type('ctdb-hook status'),
        /^75\.web +port +ok .*\{"port":8081\}$/,
      );
      expect(lines).toContainEqual(expect.stringMatching(/^PLUGIN +CHECK +STATE/));
    });

    test('what was loaded anew', async () => {
      await node.install('75.web.ts', `${await source}// changed\n`);
      await node.machine.write(node.entryPath('75.web.options'), 'WEB_PORT=8082\n');
      await seen(() => terminal.type('ctdb-hook status'), /^75\.web +port +ok .*\{"port":8082\}$/);
      const lines = await terminal.type('ctdb-hook history --since 1m');
      expect(lines).toContainEqual(
        expect.stringMatching(/NOTICE: plugins are loaded anew, changed: \S+\/75\.web\.ts$/),
      );
      expect(lines).toContainEqual(
        expect.stringMatching(/NOTICE: 75\.web has other options now: WEB_PORT changed/),
      );
    });

    test('is my configuration right, before it is live', async () => {
      const copy = `${scenarioDirectory}/etc-ctdb`;
      await node.machine.run('cp', '-a', '/etc/ctdb', copy);
      await node.machine.write(`${copy}/events/legacy/75.web.options`, 'WEB_PROT=80\n');
      const lines = await terminal.type(`ctdb-hook check ${copy}; echo "status $?"`);
      expect(lines).toContainEqual(expect.stringMatching(/75\.web\.options:1.*WEB_PROT.*WEB_PORT/));
      expect(lines.at(-1)).toBe('status 1');
    });
  });
}

/** Asks until a line is as it should be; a monitor has to come first. */
async function seen(ask: () => Promise<string[]>, pattern: RegExp): Promise<string[]> {
  return vi.waitUntil(
    async () => {
      const lines = await ask();
      return lines.some((line) => pattern.test(line)) && lines;
    },
    { timeout: 40_000, interval: 500 },
  );
}
