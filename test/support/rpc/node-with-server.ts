import { join } from 'node:path';
import { packageRoot } from '../../../core/package/package-root.ts';
import { Namespace } from '../namespace.ts';

/** A network namespace with the rpcbind and the programs of `answers.ts`. */
export async function nodeWithServer(): Promise<Namespace> {
  const node = await Namespace.make();
  const program = join(packageRoot, 'test/support/rpc/answering-server.ts');
  const server = node.spawn([process.execPath, program]);
  for (const place of ['tcp', 'udp4', 'udp6'])
    for (const port of [111, 3000]) await server.says(`${place} ${port}\n`);
  return node;
}
