import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { EventdNode } from '../support/eventd-node.ts';
import { plant, script } from '../support/temporary-directory.ts';
import { heard } from './heard.ts';

describe('a signal', () => {
  test('SIGHUP opens the log anew', async () => {
    const node = new EventdNode({ '10.a.script': script('echo said') });
    const daemon = await node.start();
    renameSync(node.logFile, `${node.logFile}.1`);
    daemon.process.child.kill('SIGHUP');
    await expect.poll(() => node.log()).toContain('reopen logs completed successfully');
    expect(await daemon.run('startup')).toBe(0);
    await expect.poll(() => node.log()).toContain('10.a: said');
  });

  test('SIGUSR1 reads ctdb.conf anew, and opens no debugger', async () => {
    const node = new EventdNode({ '10.a.script': script('echo said') });
    const daemon = await node.start();
    const other = node.path('other.log');
    const conf = readFileSync(node.path('ctdb.conf'), 'utf8').replace(node.logFile, other);
    execFileSync('tee', [node.path('ctdb.conf')], { input: conf, stdio: ['pipe', 'ignore', 'inherit'] });
    daemon.process.child.kill('SIGUSR1');
    await expect.poll(() => node.read('other.log')).toContain('reconfigure completed successfully');
    expect(await daemon.run('startup')).toBe(0);
    await expect.poll(() => node.read('other.log')).toContain('10.a: said');
    expect(daemon.process.said).not.toContain('Debugger');
  });

  test.each([
    [
      '[logging]\n\tlocation = syslog\n\tlog level = loud\n',
      ':3: [logging] log level = "loud", expected ERROR, WARNING',
    ],
    ['[logging]\n\tlocation = /var/log\n', ':2: [logging] location = "/var/log", expected '],
    ['[logging]\n\tlocation = syslog\n[event\n', ':3: "[event", expected a closing bracket'],
    [
      '[logging]\n\tlocation = file:/proc/none/log\n',
      ': [logging] location = "file:/proc/none/log", expected a file that can be written: ENOENT',
    ],
    [
      '[event]\n\tdebug script = none.sh\n',
      ':2: [event] debug script = "none.sh", expected an executable file',
    ],
  ])('SIGUSR1 takes over nothing of a ctdb.conf that is wrong, and says so: %j', async (conf, problem) => {
    const debug = '[event]\n\tdebug script = debug.sh\n';
    const node = new EventdNode({ '10.a.script': script('sleep 100') });
    plant(node.base, { 'debug.sh': script('echo looked') });
    const daemon = await node.start({ conf: debug });
    plant(node.base, { 'ctdb.conf': conf });
    daemon.process.child.kill('SIGUSR1');
    await expect.poll(() => node.log()).toContain('reconfigure failed');
    expect(node.log()).toContain(`${node.path('ctdb.conf')}${problem}`);
    await daemon.run('startup', { timeoutS: 1 });
    await expect.poll(() => node.log()).toContain('event_debug: looked');
    expect(node.log()).not.toContain('reconfigure completed successfully');
    node.configure(debug);
    daemon.process.child.kill('SIGUSR1');
    await expect.poll(() => node.log()).toContain('reconfigure completed successfully');
  });

  test('right after the start is not lost and does no harm', async () => {
    const node = new EventdNode();
    const daemon = node.spawn({ startupFd: 3 });
    const told = heard(daemon.child.stdio[3]);
    await expect.poll(() => told.bytes().length).toBe(4);
    daemon.child.kill('SIGUSR1');
    daemon.child.kill('SIGHUP');
    daemon.child.kill('SIGTERM');
    expect(await daemon.exited).toBe(0);
  });
});
