import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { newestTried, parseRelease } from '../../core/ctdb-installation/release.ts';
import { pluginText } from '../support/hook-node.ts';
import { type Planted, script } from '../support/temporary-directory.ts';
import { DrivenEventd, type Whose } from './driven-eventd.ts';
import type { ProgramRoot } from './program-root.ts';

/*
 * The same events in CTDB's own event daemon and in ours, and what the client of that release prints of them. Where times
 * stand is compared, the times are not.
 */

/** CTDB's flag that goes on after a failure. */
const runAll = 1;

interface Scenario {
  readonly title: string;
  /** What stands in the event directory. */
  readonly scripts?: Readonly<Record<string, Planted>>;
  /** For CTDB's own daemon, scripts that do the same. */
  readonly plugins?: Readonly<Record<string, { readonly members: string; readonly body: string }>>;
  /** What happens; the results are compared too. */
  readonly act: (eventd: DrivenEventd) => Promise<readonly number[]>;
  /** The events whose status is asked for. */
  readonly events: readonly string[];
}

const ok = script('exit 0');
const speaking = script('echo said; exit 0');
const monitorOnce = async (eventd: DrivenEventd) => [await eventd.run('monitor')];

/** The daemon is at work by then: what it loads before its first event is not in this time. */
const runOutOfTime = async (eventd: DrivenEventd) => {
  const setup = await eventd.run('setup');
  const startup = await eventd.run('startup', { timeoutS: 2 });
  // The next event waits until it is known what the last one was doing.
  return [setup, startup, await eventd.run('setup')];
};

/** Until a script that waits says that it runs. */
const begun = (eventd: DrivenEventd, name: string) => expect.poll(() => eventd.has(name)).toBe(true);

const scenarios: readonly Scenario[] = [
  {
    title: 'all succeed',
    scripts: { '10.a.script': ok, '20.b.script': speaking },
    plugins: { '30.p': { members: `monitor() { return healthy; }`, body: 'exit 0' } },
    act: monitorOnce,
    events: ['monitor'],
  },
  {
    title: 'a plugin that says something and succeeds',
    plugins: {
      '30.p': { members: `startup(_event, { log }) { log('one\\ntwo'); }`, body: 'echo one; echo two' },
    },
    scripts: { '40.z.script': ok },
    act: async (eventd) => [await eventd.run('startup')],
    events: ['startup'],
  },
  ...[1, 2, 63, 64, 65, 72, 77, 126, 127, 128, 174, 254, 255].map((status): Scenario => ({
    title: `a script ends with status ${status}`,
    scripts: { '10.a.script': ok, '20.b.script': script(`echo why; exit ${status}`), '30.c.script': ok },
    act: monitorOnce,
    events: ['monitor'],
  })),
  {
    title: 'a plugin fails: those behind it are not run',
    scripts: { '10.a.script': ok, '30.c.script': ok },
    plugins: {
      '20.p': { members: `monitor() { return unhealthy('unwell'); }`, body: 'echo unwell; exit 1' },
    },
    act: monitorOnce,
    events: ['monitor'],
  },
  {
    title: 'plugins passed over stand before and behind the one that fails',
    scripts: { '05.a.script': ok },
    plugins: {
      '10.over': { members: 'startup() {}', body: 'exit 0' },
      '20.p': { members: `monitor() { return unhealthy('unwell'); }`, body: 'echo unwell; exit 1' },
      '30.over': { members: 'startup() {}', body: 'exit 0' },
    },
    act: monitorOnce,
    events: ['monitor'],
  },
  {
    title: 'a script fails after a run in which all succeeded',
    scripts: {
      '10.a.script': ok,
      '20.b.script': script('[ -e "$CTDB_BASE/unwell" ] && { echo unwell; exit 1; }; : >"$CTDB_BASE/unwell"'),
      '30.c.script': speaking,
    },
    act: async (eventd) => [await eventd.run('monitor'), await eventd.run('monitor')],
    events: ['monitor'],
  },
  {
    title: 'a run succeeds after one that failed',
    scripts: {
      '10.a.script': script('[ -e "$CTDB_BASE/well" ] && exit 0; : >"$CTDB_BASE/well"; echo unwell; exit 1'),
      '20.b.script': ok,
    },
    act: async (eventd) => [await eventd.run('monitor'), await eventd.run('monitor')],
    events: ['monitor'],
  },
  ...['KILL', 'TERM', 'SEGV'].map((signal): Scenario => ({
    title: `a script is ended by SIG${signal}`,
    scripts: { '10.a.script': script(`echo last; kill -${signal} $$`), '20.b.script': ok },
    act: monitorOnce,
    events: ['monitor'],
  })),
  {
    title: 'a script is disabled, at the head, in the middle and at the end',
    scripts: {
      '05.off.script': { text: '#!/bin/sh\nexit 1\n', mode: 0o644 },
      '10.a.script': ok,
      '20.off.script': { text: '#!/bin/sh\nexit 1\n', mode: 0o644 },
      '30.c.script': ok,
      '40.off.script': { text: '#!/bin/sh\nexit 1\n', mode: 0o644 },
    },
    act: monitorOnce,
    events: ['monitor'],
  },
  {
    title: 'a script without an interpreter line',
    scripts: { '10.a.script': { text: 'exit 1\n', mode: 0o755 }, '20.b.script': ok },
    act: monitorOnce,
    events: ['monitor'],
  },
  {
    title: 'RUN_ALL goes on after failures',
    scripts: {
      '10.a.script': script('echo one; exit 1'),
      '20.b.script': ok,
      '30.c.script': script('echo two; exit 2'),
      '40.d.script': ok,
    },
    plugins: { '25.over': { members: 'startup() {}', body: 'exit 0' } },
    act: async (eventd) => [await eventd.run('monitor', { flags: runAll })],
    events: ['monitor'],
  },
  {
    title: 'a monitor is cancelled by another event, and was never run',
    scripts: { '10.a.script': script('[ "$1" = monitor ] || exit 0; : >"$CTDB_BASE/begun"; sleep 20') },
    act: async (eventd) => {
      const monitor = eventd.run('monitor');
      await begun(eventd, 'begun');
      const startup = await eventd.run('startup');
      return [startup, await monitor];
    },
    events: ['monitor', 'startup'],
  },
  {
    title: 'a monitor is cancelled, and had failed before',
    scripts: {
      '10.a.script': ok,
      '20.b.script': script(
        '[ "$1" = monitor ] || exit 0\n[ -e "$CTDB_BASE/first" ] || { : >"$CTDB_BASE/first"; echo unwell; exit 1; }\n: >"$CTDB_BASE/begun"; sleep 20',
      ),
    },
    act: async (eventd) => {
      const first = await eventd.run('monitor');
      const second = eventd.run('monitor');
      await begun(eventd, 'begun');
      const startup = await eventd.run('startup');
      return [first, startup, await second];
    },
    events: ['monitor'],
  },
  {
    title: 'events that were never run, of this component and of none',
    scripts: { '10.a.script': ok },
    act: () => Promise.resolve([]),
    events: ['monitor', 'takeip'],
  },
  {
    title: 'an event directory without entries',
    act: monitorOnce,
    events: ['monitor'],
  },
  {
    title:
      'output without a last newline, with blank lines, with blanks at the ends, and with nothing but a newline',
    scripts: {
      '10.a.script': script(String.raw`printf '\n\n one \n\n  two'`),
      '20.b.script': script(String.raw`printf '\n'`),
      '30.c.script': script(String.raw`printf 'last words'; exit 1`),
    },
    act: monitorOnce,
    events: ['monitor'],
  },
];

const seconds = /\b\d+\.\d{3}\b/g;
const date = /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\b/g;

/** Compares them in this root, a test for each scenario. */
export function describeAnswers(name: string, root: () => ProgramRoot): void {
  const answersOf = async (whose: Whose, scenario: Scenario) => {
    const { act, events } = scenario;
    const eventd = await DrivenEventd.start(root(), whose, {
      entries: entriesOf(whose, scenario),
    });
    const results = await act(eventd);
    const said: string[] = [];
    for (const event of events) {
      const { status, stdout, stderr } = await eventd.ask('status', 'legacy', event);
      const text = `${stdout}\n${stderr}`.replaceAll(eventd.base, 'BASE');
      said.push(
        `${event} ${status ?? 'no status'}\n${text.replaceAll(seconds, 'S').replaceAll(date, 'DATE')}`,
      );
    }
    await eventd.end();
    return { results, said };
  };

  describe(`${name}: its own client prints the same of our event daemon as of CTDB's`, () => {
    test.each(scenarios)('$title', async (scenario) => {
      const stock = await answersOf('stock', scenario);
      expect(await answersOf('ours', scenario)).toEqual(stock);
    });

    const tableOf = ({ said }: { readonly said: readonly string[] }) =>
      said.flatMap((text) => text.split('\n')).filter((line) => /^\d\d\.|^startup/.test(line));

    const slow = {
      '10.a.script': ok,
      '20.b.script': script('[ "$1" = startup ] || exit 0; echo so far; exec sleep 5'),
      '30.c.script': ok,
    };

    /** What both answer of a startup in which an entry is out of time: the same, but for what hung. */
    const answersOutOfTime = async (entries: Pick<Scenario, 'scripts' | 'plugins'>) => {
      const scenario = { title: '', ...entries, act: runOutOfTime, events: ['startup'] };
      const stock = await answersOf('stock', scenario);
      const ours = await answersOf('ours', scenario);
      expect(ours.results).toEqual(stock.results);
      expect(tableOf(ours)).toEqual(tableOf(stock));
      return { stock, ours };
    };

    test('a script that is out of time has what it said, and with ours what it was doing', async () => {
      const { stock, ours } = await answersOutOfTime({ scripts: slow });
      expect(stock.said.join()).toContain('so far');
      // Of several lines newer clients print the first below the heading.
      expect(ours.said.join()).toMatch(/OUTPUT:\s+so far\n\s*\S/);
    });

    test('a plugin that is out of time is as a script that is', async () => {
      const plugins = {
        '20.b': {
          members: 'startup: () => new Promise(() => {})',
          body: '[ "$1" = startup ] || exit 0; exec sleep 5',
        },
      };
      const { ours } = await answersOutOfTime({
        scripts: { '10.a.script': ok, '30.c.script': ok },
        plugins,
      });
      expect(ours.said.join()).toMatch(/^20\.b +TIMEDOUT/m);
    });

    test.each([
      // Longer than ours looks at what hung.
      { what: 'script', pause: 'sleep 1.2', members: undefined },
      { what: 'plugin', pause: ':', members: 'startup: () => new Promise(() => {})' },
    ])(
      'the debug script that looks at a $what sees the same status; what ours found is added when it is over',
      async ({ pause, members }) => {
        const look = script(`${pause}
"$CTDB_TEST_HELPER_BINDIR/ctdb-event" status legacy "$2" >"$CTDB_BASE/looks" 2>&1
echo "exit $?" >>"$CTDB_BASE/looks"; mv "$CTDB_BASE/looks" "$CTDB_BASE/looked"`);
        const said = 'ERROR: 20.b was still busy with startup when its time was up';
        const body = `[ "$1" = startup ] || exit 0; echo "${said}"; exec sleep 5`;
        const scenario: Scenario = {
          title: '',
          ...(members === undefined ? { scripts: slow } : { plugins: { '20.b': { members, body } } }),
          act: runOutOfTime,
          events: [],
        };
        const looked = async (whose: Whose) => {
          const eventd = await DrivenEventd.start(root(), whose, {
            entries: entriesOf(whose, scenario),
            files: { 'look.sh': look },
            conf: '[event]\ndebug script = look.sh\n[logging]\nlocation = file:@BASE@/log\n',
          });
          await eventd.run('setup');
          expect(await eventd.run('startup', { timeoutS: 2 })).toBe(110);
          await begun(eventd, 'looked');
          const saw = readFileSync(eventd.outside('looked'), 'utf8');
          return { eventd, saw: saw.replaceAll(seconds, 'S').replaceAll(date, 'DATE') };
        };
        const stock = await looked('stock');
        await stock.eventd.end();
        const ours = await looked('ours');
        expect(stock.saw).toMatch(/20\.b +TIMEDOUT.*\n(?:.*\n)*exit 110\n$/);
        expect(ours.saw).toBe(stock.saw);
        await expect
          .poll(async () => (await ours.eventd.ask('status', 'legacy', 'startup')).stdout, {
            timeout: 10_000,
          })
          .toMatch(/\((?:sleeping|running), |no more could be found out/);
      },
    );

    const isLenient = () => (parseRelease(root().release) ?? newestTried).isFrom(4, 22);

    test.each([
      ['a dangling link', { target: '/nonexistent/20.b.script' }],
      ['a missing interpreter', { text: '#!/nonexistent/sh\n', mode: 0o755 }],
    ])(
      '%s is DISABLED with ours, as with CTDB 4.22 and later; older ones fail all events',
      async (_what, planted) => {
        const scenario: Scenario = {
          title: '',
          scripts: { '10.a.script': ok, '20.b.script': planted, '30.c.script': ok },
          act: monitorOnce,
          events: ['monitor'],
        };
        const stock = await answersOf('stock', scenario);
        const ours = await answersOf('ours', scenario);
        // An older one fails, which ours does not.
        expect([stock.results[0] === 0, isDeepStrictEqual(ours, stock)]).toEqual([isLenient(), isLenient()]);
        expect(ours.results).toEqual([0]);
        expect(ours.said.join()).toContain('20.b                 DISABLED');
      },
    );
  });
}

function entriesOf(whose: Whose, { scripts = {}, plugins = {} }: Scenario): Record<string, Planted> {
  const planted = Object.entries(plugins).map(([name, { members, body }]): [string, Planted] =>
    whose === 'ours'
      ? [`${name}.ts`, { text: pluginText(members), mode: 0o755 }]
      : [`${name}.script`, script(body)],
  );
  return { ...scripts, ...Object.fromEntries(planted) };
}
