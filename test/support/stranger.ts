import { chmodSync, lchownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { HookNode, pluginText } from './hook-node.ts';

/** An ordinary account. */
export const stranger = 12345;

/** A plugin that says that it is run, and what comes of it. */
export const genuine = pluginText("monitor(_event, { log }) { log('genuine'); return healthy; }");
export const ran = { status: 0, output: 'genuine\n' };

/** A node with a plugin, and beside its event directory a directory of the stranger's and a sticky one. */
export function nodeWithPlugin(): HookNode {
  const node = new HookNode();
  node.plugin('60.x', genuine);
  mkdirSync(join(node.base, 'theirs'));
  give(join(node.base, 'theirs'));
  mkdirSync(join(node.base, 'sticky'));
  chmodSync(join(node.base, 'sticky'), 0o1777);
  return node;
}

/** Makes a file the stranger's. */
export const give = (path: string): void => {
  lchownSync(path, stranger, stranger);
};

/** Both ways in which a plugin is run. */
export const bothWays = async (node: HookNode) => [
  await node.call('60.x', 'monitor'),
  await node.hook('run', 'monitor'),
];

/** The variables with which a program uses the node's files only. */
export const testMode = ({ base }: HookNode) => ({ CTDB_TEST_MODE: '1', CTDB_BASE: base });

/** Calls the plugin's link by a command that changes who calls it, or what that finds. */
export async function monitor(node: HookNode, [file = '', ...command]: readonly string[]) {
  const link = join(node.events, '60.x.script');
  const { exitCode, all } = await execa(file, [...command, link, 'monitor'], {
    env: testMode(node),
    all: true,
    reject: false,
    stripFinalNewline: false,
    timeout: 30_000,
  });
  return { status: exitCode, output: all };
}
