import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { scenarioDirectory, type ClusterNode } from './node.ts';

/** What the plugin 80.trouble can do, beside its duty. */
export type PluginDeed = 'fail' | 'spin' | 'linger' | 'exit' | 'abort' | 'segfault';

/** What the shell script 66.grumble can do. */
export type ScriptDeed = 'grumble' | 'linger';

/** An event that both hear. Nothing depends on the last: a test may raise it itself. */
export type TroubledEvent = 'monitor' | 'ipreallocated' | 'recovered';

/** The process in which 66.grumble lingers. */
export const lingering = 'sleep 1000';

const grumble = `#!/bin/sh
read -r event deed 2>/dev/null <${scenarioDirectory}/grumble || exit 0
[ "$event" = "$1" ] || exit 0
rm ${scenarioDirectory}/grumble
case $deed in
grumble) echo 'the script grumbles'; exit 1 ;;
linger) ${lingering} ;;
esac
`;

/** Installs a plugin and a script that misbehave when they are told to, and well otherwise. */
export async function installTrouble(node: ClusterNode): Promise<void> {
  const root = fileURLToPath(new URL('../../package.json', import.meta.url));
  await node.machine.write(`${scenarioDirectory}/package`, root);
  await node.install('66.grumble.script', grumble);
  await node.install(
    '80.trouble.ts',
    await readFile(new URL('plugins/80.trouble.ts', import.meta.url), 'utf8'),
  );
}

/** Removes both. */
export async function removeTrouble(node: ClusterNode): Promise<void> {
  const files = ['66.grumble.script', '80.trouble.ts'].map((name) => node.entryPath(name));
  await node.machine.run('rm', '-f', ...files);
}

/** Whether the plugin has come to the trouble that it was told to make. */
export const isInTrouble = async (node: ClusterNode): Promise<boolean> =>
  (await node.machine.read(`${scenarioDirectory}/trouble`)) === '';

/** Has the plugin misbehave the next time it is called for this event, and not again. */
export const troubleAt = (node: ClusterNode, event: TroubledEvent, deed: PluginDeed): Promise<void> =>
  node.machine.write(`${scenarioDirectory}/trouble`, `${event} ${deed}\n`);

/** Has the script misbehave the next time it is called for this event, and not again. */
export const grumbleAt = (node: ClusterNode, event: TroubledEvent, deed: ScriptDeed): Promise<void> =>
  node.machine.write(`${scenarioDirectory}/grumble`, `${event} ${deed}\n`);
