import { isLinked } from '../../event-directory/is-linked.ts';
import { askRunning } from '../../switch/running.ts';
import type { Rule } from '../rule.ts';
import { pluginsOf } from '../subject.ts';

/** Whether the event daemon that runs runs the plugins. */
export const eventDaemon: Rule = {
  id: 'event-daemon',
  summary: 'the event daemon that runs is one that runs the plugins',
  scope: 'machine',
  async check(subject) {
    const running = await askRunning(subject.paths.eventdSocket);
    if (running.kind === 'unknown' || running.kind === 'none') return { skipped: running.why };
    if (running.kind === 'ours') return [];
    return pluginsOf(subject)
      .filter((entry) => !isLinked(entry))
      .map(({ name, path }) => ({
        severity: 'warning',
        path,
        what: `${name} does not run: CTDB’s own event daemon runs, and there is no link ${name}.script to ctdb-hook`,
        hint: `ctdb-hook switch on, or ctdb-hook script link ${name}`,
      }));
  },
};
