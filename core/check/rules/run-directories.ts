import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Rule } from '../rule.ts';

/** Whether the directories are there in which ctdbd and its event daemon listen. */
export const runDirectories: Rule = {
  id: 'run-directories',
  summary: 'the directories of CTDB’s sockets exist',
  scope: 'machine',
  check: ({ paths: { ctdbdSocket, eventdSocket } }) => {
    const missing = new Set([ctdbdSocket, eventdSocket].map((socket) => dirname(socket)));
    return Promise.resolve(
      [...missing]
        .filter((directory) => !existsSync(directory))
        .map((directory) => ({
          severity: 'warning',
          path: directory,
          what: 'does not exist: ctdbd cannot listen there, unless its service makes it',
          hint: 'ctdb-hook switch on has it made; else RuntimeDirectory=ctdb in a drop-in of ctdb.service',
        })),
    );
  },
};
