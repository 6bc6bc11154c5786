import { loadReportOf } from './load-report.ts';
import { sayLine } from '../links/output.ts';

/**
 * `ctdb-hook load NN.name PATH`: loads a plugin, for `list`. `list` starts this command in a process of its own, because
 * the plugin may take for ever to load, or end the process.
 */
export async function loadCommand([name = '', path = '']: readonly string[]): Promise<number> {
  const entry = { name, path, kind: 'plugin' } as const;
  sayLine(JSON.stringify(await loadReportOf(entry)));
  return 0;
}
