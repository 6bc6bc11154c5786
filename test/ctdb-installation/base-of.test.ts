import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { baseOf } from '../../core/ctdb-installation/base-of.ts';
import { plant, script, temporaryDirectory } from '../support/temporary-directory.ts';

/** As the scripts of CTDB 4.25 find it, in a shell. */
const shell = 'd=$(dirname "$0") && cd -P "$d/../../" && pwd';

test.each([
  ['events/legacy', 'events/legacy'],
  ['elsewhere/legacy', 'events/legacy'],
  ['events/other', 'events/legacy'],
])('called from %s the base is where a script there finds it', (called, real) => {
  const root = temporaryDirectory();
  mkdirSync(join(root, 'node', real), { recursive: true });
  mkdirSync(join(root, 'node', called, '..'), { recursive: true });
  if (called !== real) symlinkSync(join(root, 'node', real), join(root, 'node', called));
  plant(join(root, 'node', real), { '10.a.script': script(shell) });
  const said = execFileSync(join(root, 'node', called, '10.a.script'), { encoding: 'utf8' });
  expect(baseOf(join(root, 'node', called))).toBe(said.trim());
  expect(said).toMatch(/\/node\n$/);
});

test('an older events.d is one level below it', () => {
  const root = temporaryDirectory();
  mkdirSync(join(root, 'node/events.d'), { recursive: true });
  expect(baseOf(join(root, 'node/events.d'))).toMatch(/\/node$/);
});
