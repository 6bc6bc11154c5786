import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { interfaceNode } from '../../plugins/10.interface.node.ts';
import { hook, pluginText } from '../../support/hook-node.ts';
import { plant } from '../../support/temporary-directory.ts';

/** Releases an address with a client on each of three ports, and returns what ctdb_killtcp was told to reset. */
async function release(files: Readonly<Record<string, string>>, ...how: ['link' | 'run']) {
  const node = interfaceNode({ WEB_PORT: '8080' });
  node.set('addresses', 'eth0 10.0.0.1 24');
  node.set('connections', ...['80', '445', '8080'].map((port) => `10.0.0.1:${port} 10.1.1.1:5${port}`));
  const events = node.path('etc/events/legacy');
  mkdirSync(events, { recursive: true });
  symlinkSync(hook, join(events, '10.interface.script'));
  for (const [name, text] of Object.entries(files)) plant(events, { [name]: { text, mode: 0o755 } });
  const words = ['releaseip', 'eth0', '10.0.0.1', '24'];
  const { exitCode, all } =
    how[0] === 'link'
      ? await execa(join(events, '10.interface.script'), words, {
          env: node.environment,
          all: true,
          reject: false,
        })
      : await execa(hook, ['run', ...words], { env: node.environment, all: true, reject: false });
  return { status: exitCode, output: all, reset: node.lines('killtcp-input') };
}

const others = 'takeip() {}, releaseip() {}, ipreallocated() {}';
const bothEnds = (port: string): string[] => [
  `10.1.1.1:5${port} 10.0.0.1:${port}`,
  `10.0.0.1:${port} 10.1.1.1:5${port}`,
];
const serverEnd = (port: string): string[] => [`10.1.1.1:5${port} 10.0.0.1:${port}`];

test.each(['link', 'run'] as const)('connections are reset as the plugins declare, by %s', async (how) => {
  const { status, reset } = await release(
    {
      '50.own.ts': pluginText(`tcp: { ports: [445], reset: 'both-ends' }, ${others}`),
      '60.web.ts': `import * as z from 'zod';\n${pluginText(
        `options: z.object({ WEB_PORT: option.wholeNumber(80) }), tcp: ({ WEB_PORT }) => ({ ports: [WEB_PORT], reset: 'server-end' }), ${others}`,
      )}`,
    },
    how,
  );
  expect(reset).toEqual([...bothEnds('80'), ...bothEnds('445'), ...serverEnd('8080')]);
  expect(status).toBe(0);
});

test('without a declaration they are reset as CTDB does: the server’s end of SMB, else both', async () => {
  const { reset } = await release({}, 'link');
  expect(reset).toEqual([...bothEnds('80'), ...serverEnd('445'), ...bothEnds('8080')]);
});

test('a plugin that cannot say is reported, and the address is released all the same', async () => {
  const { status, output, reset } = await release(
    {
      '50.broken.ts': 'export default {',
      '60.wrong.ts': pluginText(`tcp: () => ({ ports: [80], reset: 'gently' as 'both-ends' }), ${others}`),
    },
    'link',
  );
  expect(output).toMatch(/^WARNING: tcp of 50\.broken is not known: .*50\.broken\.ts:1: SyntaxError: /m);
  expect(output).toMatch(
    /^WARNING: tcp of 60\.wrong is not known: it is \{"ports":\[80\],"reset":"gently"\}, expected/m,
  );
  expect(reset).toEqual([...bothEnds('80'), ...serverEnd('445'), ...bothEnds('8080')]);
  expect(status).toBe(0);
});
