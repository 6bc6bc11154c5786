import { loadReportOf } from '../check/load-report.ts';
import { trustAllFiles } from '../files/trust.ts';
import { sayLine } from '../links/output.ts';

/**
 * `ctdb-hook load NN.name PATH [elsewhere]`: loads a plugin, for `list` and `check`. They start this command in a process of its own,
 * because the plugin may take for ever to load, or end the process. `elsewhere` is on another machine than its node.
 */
export async function loadCommand([name = '', path = '', where]: readonly string[]): Promise<number> {
  const isNode = where !== 'elsewhere';
  // Whose files they are is decided on the node. But root runs nobody else's code.
  if (!isNode && process.geteuid?.() !== 0) trustAllFiles();
  sayLine(JSON.stringify(await loadReportOf({ name, path, kind: 'plugin' }, isNode)));
  return 0;
}
