import { expect, test } from 'vitest';
import { HookNode } from '../support/hook-node.ts';
import { installStandIn } from '../support/stand-in-ctdb.ts';
import { plant, script } from '../support/temporary-directory.ts';

/** `ctdb-hook list` where ctdb.conf has this, and CTDB's own program says that of it. */
async function list(conf: string, validate: string) {
  const { helperDir } = installStandIn();
  plant(helperDir, { 'ctdb-config': script(validate) });
  const node = new HookNode();
  node.configure('ctdb.conf', conf);
  const { output } = await node.with({ CTDB_TEST_HELPER_BINDIR: helperDir }).hook('list');
  const program = `${helperDir}/ctdb-config validate`;
  const lines = output.split('\n').filter((line) => line.startsWith('WARNING'));
  return lines.map((line) => line.replace(program, 'VALIDATE').replace(node.base, 'BASE'));
}

test('list says what of ctdb.conf has its default with us, and that ctdbd does not start with it', async () => {
  const refusal = 'conf: validation for option "log level" failed';
  const validate = `echo '${refusal}' >&2; echo 'Failed to load config file /b/ctdb.conf' >&2; exit 22`;
  expect(await list('[logging]\nlog level = LOUD\n', validate)).toEqual([
    'WARNING: BASE/ctdb.conf:2: [logging] log level = "LOUD", expected ERROR, WARNING, NOTICE, INFO, DEBUG or a number from 0 to 10',
    `WARNING: VALIDATE: ${refusal}: ctdbd does not start with it`,
  ]);
});

test('list says what CTDB passes over without a word', async () => {
  const validate = `echo 'conf: unknown option [logging] -> "nosuch"' >&2; exit 22`;
  expect(await list('[logging]\nnosuch = 1\n', validate)).toEqual([
    'WARNING: VALIDATE: conf: unknown option [logging] -> "nosuch": CTDB passes it over without a word',
  ]);
});

test('list has nothing to say of a file that is right', async () => {
  expect(await list('[logging]\nlog level = NOTICE\n', 'exit 0')).toEqual([]);
});

test('a ctdb-config that ends without an answer is no answer', async () => {
  expect(await list('', 'kill -SEGV $$')).toEqual(['WARNING: VALIDATE was ended by signal 11']);
});

test('the release that nobody can read is passed over, and list says so', async () => {
  const node = new HookNode();
  const { output } = await node.with({ CTDB_HOOK_RELEASE: 'newest' }).hook('list');
  expect(output).toContain(
    'WARNING: CTDB_HOOK_RELEASE is "newest", expected a release such as 4.22: it is passed over\n',
  );
});
