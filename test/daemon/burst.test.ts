import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { results } from '../../core/eventd-protocol/messages.ts';
import { EventdNode, type RunningEventd } from '../support/eventd-node.ts';
import { isRunning } from '../support/is-running.ts';
import { plant, script } from '../support/temporary-directory.ts';

const { ok, failed } = results;

/** How many addresses move at once: more than a host is told of at a time. */
const count = 140;
const ips = Array.from({ length: count }, (_, index) => `127.7.0.${index + 1}`);

/** The address at which something happens. */
const odd = '127.7.0.5';

/** A plugin that writes down which addresses it is told of, and does something at one. */
const recorder = (atOdd: string, more = ''): string =>
  `import { appendFileSync } from 'node:fs';
import { definePlugin, Failure, option } from 'ctdb-hook';
import * as z from 'zod';
const tell = (word, { environment }) => { appendFileSync(environment.CTDB_BASE + '/story', word + '\\n'); };
export default definePlugin({
  async takeip({ ip }, ctx) {
    tell(ip, ctx);
    ctx.log('took ' + ip);
    if (ip === '${odd}') { ${atOdd} }
  },
  releaseip: ({ ip }, ctx) => tell('-' + ip, ctx),
  ipreallocated() {},
${more}});
`;

async function started(plugin: string, node = new EventdNode()): Promise<RunningEventd> {
  node.plugin('60.p', plugin);
  const daemon = await node.start();
  const init = await daemon.run('init');
  expect([init, await daemon.output('init')]).toEqual([ok, '']);
  return daemon;
}

const takeAll = (daemon: RunningEventd, timeoutS = 20): Promise<number[]> =>
  Promise.all(ips.map((ip) => daemon.run('takeip', { args: `lo ${ip} 8`, timeoutS })));

const story = ({ node }: RunningEventd): string[] => node.read('story').split('\n').slice(0, -1);

/** The addresses that the ledger has. */
function held({ node }: RunningEventd): string[] {
  using ledger = new DatabaseSync(node.path('run/ctdb-hook/ledger.sqlite'), { readOnly: true });
  const rows = ledger.prepare('SELECT ip FROM hold WHERE toSeq IS NULL').all();
  return rows.map(({ ip }) => String(ip)).sort();
}

const allButOdd = ips.map((ip) => (ip === odd ? failed : ok));

describe('addresses that move at once', () => {
  test('are told of one by one, in their order, and are all in the ledger', async () => {
    const daemon = await started(recorder(''));
    expect(await takeAll(daemon)).toEqual(ips.map(() => ok));
    expect(story(daemon)).toEqual(ips);
    expect(await daemon.entries('takeip')).toEqual({ '60.p': [0, `took ${ips.at(-1) ?? ''}\n`] });
    expect(held(daemon)).toEqual(ips.toSorted());
    await Promise.all(ips.map((ip) => daemon.run('releaseip', { args: `lo ${ip} 8` })));
    // As they were asked for, but the primary of their subnet last.
    expect(story(daemon).slice(count)).toEqual([...ips.slice(1), ...ips.slice(0, 1)].map((ip) => `-${ip}`));
    expect(held(daemon)).toEqual([]);
  });

  test.each([
    ['a plugin that fails', `throw new Failure('not this one');`],
    ['a plugin that ends its host', 'process.exit(3);'],
    ['a plugin that crashes its host', 'process.abort();'],
    ['a plugin that changes what all share', 'Array.prototype.map = Array.prototype.map.bind([]);'],
  ])('%s costs the event that it does it at', async (_what, atOdd) => {
    const daemon = await started(recorder(atOdd));
    expect(await takeAll(daemon)).toEqual(allButOdd);
    expect(story(daemon)).toEqual(ips);
    // Of the event that failed the ledger has the kernel's word.
    expect(held(daemon)).toEqual(ips.filter((ip) => ip !== odd).toSorted());
  });

  test.each([
    ['does not settle', 'await new Promise(() => setInterval(() => undefined, 1000));'],
    ['does not end its turn', 'for (;;);'],
  ])('a plugin that %s costs the event whose time it takes', async (_what, atOdd) => {
    const daemon = await started(recorder(atOdd));
    const before = ips.slice(0, 5).map((ip) => daemon.run('takeip', { args: `lo ${ip} 8`, timeoutS: 2 }));
    const after = ips.slice(5).map((ip) => daemon.run('takeip', { args: `lo ${ip} 8`, timeoutS: 15 }));
    expect(await Promise.all([...before, ...after])).toEqual(allButOdd);
    expect(story(daemon)).toEqual(ips);
  });

  test('what a plugin leaves behind that hangs its host costs nobody anything', async () => {
    const daemon = await started(recorder('setImmediate(() => { for (;;); });'));
    const [host] = daemon.process.hosts();
    expect(await takeAll(daemon)).toEqual(ips.map(() => ok));
    expect(story(daemon)).toEqual(ips);
    expect(daemon.process.hosts()).not.toContain(host);
  });

  test('late ones run nothing, and those that had been begun are stopped', async () => {
    const daemon = await started(recorder(`await new Promise((resolve) => setTimeout(resolve, 1500));`));
    const [odds, others] = [ips.slice(0, 5), ips.slice(5, 10)];
    const answers = [
      ...odds.map((ip) => daemon.run('takeip', { args: `lo ${ip} 8` })),
      ...others.map((ip) => daemon.run('takeip', { args: `lo ${ip} 8`, timeoutS: 1 })),
    ];
    expect(await Promise.all(answers)).toEqual([...odds.map(() => ok), ...others.map(() => failed)]);
    expect(story(daemon)).toEqual(odds);
    expect(await daemon.run('takeip', { args: `lo ${ips.at(-1) ?? ''} 8` })).toBe(ok);
  });

  test('scripts run between them, in the order of names', async () => {
    const node = new EventdNode({
      '70.b.script': script('[ $1 != takeip ] || echo "b $3" >>$CTDB_BASE/story'),
    });
    const daemon = await started(recorder(''), node);
    expect(await takeAll(daemon)).toEqual(ips.map(() => ok));
    expect(story(daemon)).toEqual(ips.flatMap((ip) => [ip, `b ${ip}`]));
  });

  test('a script that does not handle them is not started', async () => {
    const node = new EventdNode({
      '70.b.script': script('# ctdb-hook: events monitor\necho "b $3" >>$CTDB_BASE/story'),
    });
    const daemon = await started(recorder(''), node);
    expect(await takeAll(daemon)).toEqual(ips.map(() => ok));
    expect(story(daemon)).toEqual(ips);
  });

  test('what a plugin remembers grows with each, and is there afterwards', async () => {
    const more = `  startup: (_event, ctx) => ctx.log(String(ctx.state.count)),\n`;
    const counting = recorder('', more).replace(
      'tell(ip, ctx);',
      '$& ctx.state.count = (ctx.state.count ?? 0) + 1;',
    );
    const daemon = await started(counting);
    expect(await takeAll(daemon)).toEqual(ips.map(() => ok));
    expect(await daemon.run('startup')).toBe(ok);
    expect(await daemon.output('startup')).toBe(`${count}\n`);
  });

  test('what is changed before one is raised is seen by it', async () => {
    const node = new EventdNode();
    const telling = recorder('', `  options: z.object({ WORD: option.text('none') }),\n`).replace(
      'tell(ip, ctx);',
      `$& ctx.log(ctx.options.WORD); if (ip === '${odd}') await ctx.edit.write(ctx.paths.base + '/script.options', 'WORD=new');`,
    );
    const daemon = await started(telling, node);
    expect(await takeAll(daemon)).toEqual(ips.map(() => ok));
    expect(await daemon.run('takeip', { args: `lo ${ips[0] ?? ''} 8` })).toBe(ok);
    expect(await daemon.output('takeip')).toBe(`new\ntook ${ips[0] ?? ''}\n`);
    plant(node.base, { 'script.options': 'WORD=newer' });
    expect(await daemon.run('takeip', { args: `lo ${ips[0] ?? ''} 8` })).toBe(ok);
    expect(await daemon.output('takeip')).toBe(`newer\ntook ${ips[0] ?? ''}\n`);
  });

  test('commands run as long as their event, whatever ends meanwhile', async () => {
    const leaving = recorder('').replace(
      'tell(ip, ctx);',
      `$& if (ip === '${ips[1] ?? ''}') await ctx.act(['sh', '-c', 'sleep 0.3; echo slept']);
    if (ip === '${odd}') void ctx.act(['sh', '-c', 'echo $$ >>$CTDB_BASE/pids; exec sleep 300']).catch(() => undefined);`,
    );
    const daemon = await started(leaving);
    expect(await takeAll(daemon)).toEqual(ips.map(() => ok));
    expect(story(daemon)).toEqual(ips);
    const left = daemon.node
      .read('pids')
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map(Number);
    await expect.poll(() => left.filter(isRunning)).toEqual([]);
  });
});

test('the daemon says who it is meanwhile, and ends at once when it is told to', async () => {
  const daemon = await started(recorder('await new Promise((resolve) => setTimeout(resolve, 60_000));'));
  const answers = Promise.allSettled(ips.map((ip) => daemon.run('takeip', { args: `lo ${ip} 8` })));
  await expect.poll(() => story(daemon).at(-1)).toBe(odd);
  await expect.poll(() => daemon.output('takeip')).toBe('took 127.7.0.4\n');
  await daemon.end();
  await answers;
  expect(story(daemon)).toEqual(ips.slice(0, 5));
});
