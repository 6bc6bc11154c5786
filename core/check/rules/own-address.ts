import { createServer } from 'node:net';
import { join } from 'node:path';
import { isFinding, readLines } from '../read-lines.ts';
import type { Rule } from '../rule.ts';
import { type ListedNode, readNodes } from './nodes.ts';

/** Whether this machine is one of the nodes. */
export const ownAddress: Rule = {
  id: 'own-address',
  summary: 'this machine has the address of one node of the nodes file, and of one only',
  scope: 'machine',
  async check({ base }) {
    const read = await readLines(join(base, 'nodes'));
    if (read === undefined || isFinding(read)) return { skipped: 'there is no nodes file that can be read' };
    const { nodes } = readNodes(read);
    const here: ListedNode[] = [];
    for (const node of nodes) if (await isHere(node.ip)) here.push(node);
    const { path } = read;
    if (here.length === 0 && nodes.length > 0)
      return [{ severity: 'error', path, what: 'this machine has no address of it: ctdbd does not start' }];
    return here.slice(1).map(({ pnn, line, ip }) => ({
      severity: 'warning',
      path,
      line,
      what: `${ip} of node ${pnn} is on this machine as well, which is node ${here[0]?.pnn ?? 0}`,
    }));
  },
};

/** As ctdbd finds it out: it binds the address. A port that the kernel chooses is in nobody's way. */
function isHere(ip: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ host: ip, port: 0, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
