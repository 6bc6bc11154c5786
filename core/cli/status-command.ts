import { parseArgs } from 'node:util';
import { commands } from '../commands/commands.ts';
import { ownDirectory, readChosenDirectory } from '../links/event-directory-option.ts';
import { sayLine } from '../links/output.ts';
import { findNodeStatus, type NodeStatus } from './node-status.ts';
import { statusAsJson } from './status-as-json.ts';
import { statusLines } from './status-lines.ts';

/** The exit statuses of `ctdb-hook status`; bin/README.md explains them. */
const statuses = { healthy: 0, degraded: 1, unhealthy: 2, unknown: 3 } as const;

/** `ctdb-hook status`: shows how this node is, and what it runs. Returns one of `statuses`. */
export async function statusCommand(words: string[]): Promise<number> {
  const { values } = parseArgs({ args: words, options: commands.status.options });
  const status = await findNodeStatus(readChosenDirectory({ dir: ownDirectory() }));
  if (values.json) sayLine(JSON.stringify(statusAsJson(status)));
  else for (const line of statusLines(status)) sayLine(line);
  return exitStatusOf(status);
}

/** What is unknown must not look as if all were well. */
function exitStatusOf({ running, isRestartDue, health, entries, problems }: NodeStatus): number {
  if (running.kind === 'unknown') return statuses.unknown;
  if (running.kind !== 'ours' || health?.isHealthy === false) return statuses.unhealthy;
  if (health === undefined) return statuses.unknown;
  const isDegraded = isRestartDue || problems.length > 0 || entries.some(({ isWrong }) => isWrong === true);
  return isDegraded ? statuses.degraded : statuses.healthy;
}
