import { type Context, definePlugin, Failure, healthy, option, unhealthy } from 'ctdb-hook';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { type ContractSetting, describePluginContract, type TestNode } from '../../core/testing/index.ts';
import forgetful from './70.forgetful.ts';

/** Runs the contract for a plugin. Answers the checks that it fails, each with the first line of what is said. */
async function failures(
  plugin: object,
  prepare: ContractSetting['prepare'] = allWell,
  name = '70.web',
): Promise<Record<string, string>> {
  const tests: [title: string, body: () => Promise<void>][] = [];
  describePluginContract(
    plugin,
    { name, prepare },
    {
      describe: (_name, body) => {
        body();
      },
      test: (title, body) => tests.push([title, body]),
    },
  );
  const failed: Record<string, string> = {};
  for (const [title, body] of tests)
    await body().catch((error: unknown) => {
      failed[title] = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
    });
  return failed;
}

function allWell(node: TestNode): void {
  node.services.define('nginx', { isRunning: true });
  node.commands.on('web', {});
}

const addresses = {
  takeip: () => undefined,
  releaseip: () => undefined,
  ipreallocated: () => undefined,
} as const;

type Ctx = Context<object>;

const titles = {
  succeeds: 'succeeds at every event of a node on which all is well',
  idempotent: 'has the same world after a second takeip or releaseip as after the first',
  once: 'does its deferred work once at ipreallocated, and not again without another change',
  again: 'does its deferred work after a failure, whatever of it failed',
  abort: 'ends promptly when its event is cancelled, whatever it waits for',
  left: 'leaves no work behind that nobody awaits',
  restart: 'comes to the same whether or not its process is another at each event',
  kill: 'comes to the same if its process is killed at any call of any event, and the event is raised again',
  release: 'releases an address whatever trouble it has itself',
  dry: 'changes nothing in a dry run, which says what it would change',
} as const;

test('a plugin that does all as it should fails nothing', async () => {
  const good = definePlugin({
    options: z.object({ WEB_WEIGHT: option.wholeNumber(1, { min: 0, max: 9 }) }),
    ...addresses,
    async startup(_event, { service }) {
      if (!(await service.start('nginx')).ok) throw new Failure('no start');
    },
    async ipreallocated({ changes }, { service, edit, addresses: held }) {
      if (!changes.any) return;
      const ips = (await held()).map(({ ip }) => `${ip}\n`);
      await edit.write('/etc/nginx.addresses', ips.join(''));
      if (!(await service.reload('nginx')).ok) throw new Failure('no reload');
    },
    async monitor(_event, { run }) {
      return (await run(['web', 'check'])).ok ? healthy : unhealthy('web is gone');
    },
  });
  const prepare = (node: TestNode): void => {
    allWell(node);
    node.files.makeDirectory('/etc');
  };
  const { [titles.restart]: _restart, ...others } = await failures(good, prepare); // It is in no file.
  expect(others).toEqual({});
});

let inModule = 0;
let isConfigured = false;

test.each<[what: string, title: string, said: string, plugin: object]>([
  [
    'fails where all is well',
    titles.succeeds,
    'startup failed in the world that `prepare` makes, expected success. It said:',
    definePlugin({
      startup() {
        throw new Failure('always');
      },
    }),
  ],
  [
    'adds a line at each takeip',
    titles.idempotent,
    'a second takeip eth0 10.0.0.1 24 changes the world. What differs of the world:',
    definePlugin({
      ...addresses,
      takeip: ({ ip }, { edit }) => edit.update('/etc/list', (text = '') => `${text}${ip}\n`),
    }),
  ],
  [
    'reloads at every ipreallocated once there was a change',
    titles.once,
    'it does again what it has done, although no address has moved since: service nginx reload. What was done:',
    definePlugin({
      async ipreallocated({ changes }, { service, state }) {
        if (changes.any) state['changed'] = true;
        if (state['changed'] === true) await service.reload('nginx');
      },
    }),
  ],
  [
    'forgets what failed, because it has noted it as done',
    titles.again,
    'after a failure at "service nginx reload" it does not do again: service nginx reload. What was done:',
    definePlugin({
      async ipreallocated({ changes }, { service, state }) {
        const key = changes.taken.map(({ ip }) => ip).join(' ');
        if (!changes.any || state['done'] === key) return;
        state['done'] = key;
        if (!(await service.reload('nginx')).ok) throw new Failure('no reload');
      },
    }),
  ],
  [
    'tries again without end, whatever it is told',
    titles.abort,
    'startup goes on after it was cancelled while "command web wait" hung, for 50 ms and longer, expected it to end: ' +
      'wait for what `ctx.signal` ends, and pass errors of the context on',
    definePlugin({
      async startup(_event, ctx) {
        while (!(await ctx.run(['web', 'wait'])).ok) await pause(ctx);
      },
    }),
  ],
  [
    'does not wait for its command',
    titles.left,
    'startup returns while this goes on, expected `await`: sleep 10 (',
    definePlugin({
      startup(_event, { sleep, service }) {
        void sleep(10).then(() => service.reload('nginx'));
      },
    }),
  ],
  [
    'remembers in a variable of its module what it has to do',
    titles.kill,
    'the world differs after its process was killed at "command web apply" of ipreallocated. What differs of the world:',
    definePlugin({
      ...addresses,
      init() {
        inModule = 0;
      },
      takeip() {
        inModule += 1;
      },
      async ipreallocated(_event, { act, edit }) {
        const count = inModule;
        inModule = 0;
        if (count === 0) return;
        await act(['web', 'apply']);
        await edit.write('/etc/count', `${count}\n`);
      },
    }),
  ],
  [
    'fails a release where its program is not installed',
    titles.release,
    'releaseip fails where no program is installed, expected success. It said:',
    definePlugin({
      ...addresses,
      async releaseip({ ip }, { act }) {
        if (!(await act(['web', 'drop', ip])).ok) throw new Failure('no drop');
      },
    }),
  ],
  [
    'fails a release where the disk is full',
    titles.release,
    'releaseip fails where the disk is full, expected success. It said:',
    definePlugin({ ...addresses, releaseip: ({ ip }, { edit }) => edit.write('/etc/last', ip) }),
  ],
  [
    'fails a release where a file cannot be read',
    titles.release,
    'releaseip fails where no file can be read, expected success. It said:',
    definePlugin({
      ...addresses,
      async releaseip(_event, { files }) {
        await files.read('/etc/needed');
      },
    }),
  ],
  [
    'does in a dry run otherwise than really',
    titles.dry,
    'startup does this, and its dry run says nothing of it: service nginx reload',
    definePlugin({
      async startup(_event, { service, network }) {
        if (network.name === 'netlink' && !isConfigured) await service.reload('nginx');
        isConfigured = !isConfigured;
      },
    }),
  ],
])('a plugin that %s fails: %s', async (_what, title, said, plugin) => {
  isConfigured = false;
  const failed = await failures(plugin, (node) => {
    allWell(node);
    node.files.makeDirectory('/etc');
    node.commands.on(['web', 'apply'], {});
  });
  expect(failed[title]).toContain(said);
});

async function pause({ signal }: Ctx): Promise<void> {
  await new Promise((resolve) => {
    signal.addEventListener('never', resolve);
  });
}

test('a plugin that remembers in a variable fails: it is loaded anew for another process', async () => {
  const failed = await failures(forgetful, undefined, '70.forgetful');
  expect(failed[titles.restart]).toBe(
    'the world differs if processes are replaced. What differs of the world:',
  );
  expect(failed[titles.once]).toBeUndefined();
});

test('a plugin whose file is not beside its test cannot be loaded for another process: that is said', async () => {
  const failed = await failures(definePlugin({ startup: () => undefined }));
  expect(failed).toEqual({
    [titles.restart]: expect.stringContaining('there is no 70.web.ts beside the test') as string,
  });
});

test('a plugin without a handler fails: nothing was tested', async () => {
  const failed = await failures(definePlugin({}));
  expect(failed[titles.succeeds]).toBe(
    '70.web handles none of the events that were raised, so this has tested nothing: it handles no event',
  );
});
