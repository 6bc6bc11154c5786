/** What runs in the namespaces of `ctdb-hook try` and of the demo: `program.ts ROLE ARG ...`; see own-program.ts. */
import type { Role } from './own-program.ts';

const [role, ...args] = process.argv.slice(2) as [Role, ...string[]];

switch (role) {
  case 'client':
    await (await import('./client-program.ts')).runClient(args);
    process.exit();
    break;
  case 'server':
    await (await import('./server.ts')).startServer(Number(args[0]));
    console.log('listening');
    break;
  case 'node':
    process.exit(await (await import('./node-program.ts')).runNode(args));
}
