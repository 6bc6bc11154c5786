import type { Command } from './command.ts';

export const status = {
  summary: 'show how this node is',
  about: [
    'It shows which event daemon runs and since when, whether a restart is due, since when monitor fails and why, what each entry took at ' +
      'the last monitor and usually takes, and what is wrong.',
  ],
  options: { json: { type: 'boolean', default: false, what: 'as JSON' } },
  statuses: {
    0: 'monitor succeeds, and nothing is wrong',
    1: 'something is wrong, or a restart is due',
    2: "monitor fails, or ctdb-hook's event daemon does not run",
    3: 'it cannot tell',
  },
} as const satisfies Command;
