import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test, vi } from 'vitest';
import { declaredEvents } from '../../core/event-directory/declared-events.ts';
import { stockEvents } from '../../core/event-directory/stock-events.ts';
import { eventNames, type EventName } from '../../core/events/events.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { treeOf } from '../support/tree-of.ts';

/** CTDB's own scripts as its package has them here. */
const packaged = '/usr/share/ctdb/events/legacy';
const scripts = readdirSync(packaged).filter((name) => name.endsWith('.script'));

/** Options with which each script goes on to what it does at the event. */
const configured = `CTDB_NATGW_NODES=/etc/natgw_nodes
CTDB_PER_IP_ROUTING_CONF=__auto_link_local__
CTDB_PER_IP_ROUTING_RULE_PREF=100
CTDB_PER_IP_ROUTING_TABLE_ID_LOW=1000
CTDB_PER_IP_ROUTING_TABLE_ID_HIGH=1100
CTDB_MONITOR_MPDEVICES=mpatha
CTDB_LVS_NODES=/etc/lvs_nodes
CTDB_START_ISCSI_SCRIPTS=/etc
`;

const address = ['lo', '192.0.2.1', '32'];
const words: Readonly<Partial<Record<EventName, readonly string[]>>> = {
  takeip: address,
  releaseip: address,
  updateip: ['lo', ...address],
};

test.each(scripts)(
  '%s of the installed CTDB does nothing at the events at which it is not started',
  async (name) => {
    const base = temporaryDirectory();
    for (const folder of ['events/legacy', 'var', 'run']) mkdirSync(join(base, folder), { recursive: true });
    symlinkSync('/etc/ctdb/functions', join(base, 'functions'));
    copyFileSync(join(packaged, name), join(base, 'events/legacy', name));
    writeFileSync(join(base, 'script.options'), configured);
    writeFileSync(join(base, 'static-routes'), 'lo 192.0.2.0/24 127.0.0.1\n');
    writeFileSync(join(base, 'public_addresses'), '192.0.2.1/32 lo\n');
    const handled = stockEvents(join(packaged, name));
    const others = eventNames.filter((event) => handled?.has(event) === false);
    expect(others.length).toBeGreaterThan(3);
    const before = treeOf(base);
    for (const event of others) {
      const env = {
        CTDB_BASE: base,
        CTDB_SCRIPT_VARDIR: '/mnt/var',
        PATH: '/usr/sbin:/usr/bin:/sbin:/bin:/mnt',
      };
      // 91.lvs looks whether there is an ipvsadm, and goes on only then.
      const script = 'mount -t tmpfs none /mnt && ln -s /bin/false /mnt/ipvsadm && exec "$0" "$@"';
      const { exitCode, all } = await execa(
        'unshare',
        [
          '--net',
          '--mount',
          'sh',
          '-c',
          script,
          join(base, 'events/legacy', name),
          event,
          ...(words[event] ?? []),
        ],
        { env, extendEnv: false, all: true, reject: false },
      );
      expect({ event, exitCode, all }).toEqual({ event, exitCode: 0, all: '' });
    }
    expect(treeOf(base)).toEqual(before);
  },
);

/** The events of a script of this text, with an options file of that text beside it. */
function declaredFor(script: string, options?: string) {
  const path = join(temporaryDirectory(), '50.x.script');
  writeFileSync(path, script);
  if (options !== undefined) writeFileSync(path.replace(/script$/, 'options'), options);
  const reports: string[] = [];
  return { events: declaredEvents(path, (message) => reports.push(message)), reports };
}

test('each of the installed CTDB’s own scripts is known by its content, whatever its name is', () => {
  expect(scripts.length).toBeGreaterThan(10);
  for (const name of scripts) {
    const { events, reports } = declaredFor(readFileSync(join(packaged, name), 'utf8'));
    expect({ name, known: (events?.size ?? 0) > 0, reports }).toEqual({ name, known: true, reports: [] });
  }
  expect([...(declaredEvents(join(packaged, '20.multipathd.script'), () => undefined) ?? [])]).toEqual([
    'monitor',
  ]);
});

test('one of them with a byte changed handles all events, and so does one with a wrong declaration', () => {
  const text = readFileSync(join(packaged, '20.multipathd.script'), 'utf8');
  expect(declaredFor(`${text}\n`).events).toBeUndefined();
  expect(declaredFor(text, '# ctdb-hook: events moniter\n').events).toBeUndefined();
  expect([...(declaredFor(text, '# ctdb-hook: events init\n').events ?? [])]).toEqual(['init']);
});

test('CTDB_HOOK_STOCK_EVENTS=all has CTDB’s own scripts started at all events, and not those that declare theirs', () => {
  vi.stubEnv('CTDB_HOOK_STOCK_EVENTS', 'all');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  expect(declaredEvents(join(packaged, '20.multipathd.script'), () => undefined)).toBeUndefined();
  expect([...(declaredFor('#!/bin/sh\n# ctdb-hook: events monitor\n').events ?? [])]).toEqual(['monitor']);
});
