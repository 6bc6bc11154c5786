import { expect, test } from 'vitest';
import { commands, shownCommands } from '../../core/commands/commands.ts';
import { HookNode } from '../support/hook-node.ts';

test('--help shows each command with what it does, and no internal one', async () => {
  const { status, output } = await new HookNode().hook('--help');
  for (const [name, { summary }] of shownCommands)
    expect(output).toMatch(new RegExp(`^  ${name} +${summary}`, 'm'));
  expect(output).not.toContain(commands.load.summary);
  expect(output.split('\n').every((line) => line.length <= 100)).toBe(true);
  expect(status).toBe(0);
});

test.each(shownCommands.filter(([name]) => name !== 'node'))(
  '%s --help shows its options and exit statuses, and runs nothing',
  async (name, { options = {}, statuses }) => {
    const node = new HookNode();
    const { status, output } = await node.hook(name, '--help');
    for (const option of Object.keys(options)) expect(output).toMatch(new RegExp(`^  --${option}[ \n]`, 'm'));
    for (const each of Object.keys(statuses)) expect(output).toMatch(new RegExp(`^  ${each}  `, 'm'));
    expect(output).toContain(`Usage: ctdb-hook ${name}`);
    expect(status).toBe(0);
    expect(await node.hook('help', name)).toMatchObject({ status, output });
  },
);

test.each([
  [['hisotry', '--since', '1h'], 'unknown command "hisotry": did you mean history?'],
  [['help', 'hisotry'], 'unknown command "hisotry": did you mean history?'],
  [['history', '--sinc', '1h'], 'history: unknown option "--sinc": did you mean --since?'],
  [['status', '--jsn'], 'status: unknown option "--jsn": did you mean --json?'],
  [['switch', 'on', '--dryrun'], 'switch: unknown option "--dryrun": did you mean --dry-run?'],
  [['run', 'monitor', '--xyzzyxyzzy'], 'run: unknown option "--xyzzyxyzzy", see ctdb-hook run --help'],
  [['list', '-x'], 'list: unknown option "-x", see ctdb-hook list --help'],
  [['help', 'list', 'run'], 'help: expected one command, got "list run"'],
  [['completion', 'zsh'], 'completion: expected no words, got "zsh"'],
])('%j is refused', async (words, message) => {
  expect(await new HookNode().hook(...words)).toMatchObject({ status: 1, output: `ctdb-hook: ${message}\n` });
});
