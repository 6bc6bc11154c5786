import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rules } from '../../core/check/rules.ts';
import { packageRoot } from '../../core/package/package-root.ts';

test('bin/README.md says of each rule what it finds, and which look at a machine', () => {
  const text = readFileSync(join(packageRoot, 'bin/README.md'), 'utf8');
  const section = text.slice(
    text.indexOf('## Check before it is live'),
    text.indexOf('## Something is wrong'),
  );
  const rows = [...section.matchAll(/^\| `([a-z-]+)` *\| (on a node)?/gm)];
  expect(rows.map(([, id, where]) => [id, where === undefined ? 'files' : 'machine']).sort()).toEqual(
    rules.map(({ id, scope }) => [id, scope]).sort(),
  );
});
