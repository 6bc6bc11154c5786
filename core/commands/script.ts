import type { Command } from './command.ts';
import { doneOrNot, dryRunOption } from './common-options.ts';

export const script = {
  summary: "change what CTDB's own event daemon finds in its event directory",
  words: 'link|disable|restore NN.name ...',
  choices: ['link', 'disable', 'restore'],
  about: [
    'link: NN.name.script is a link to ctdb-hook, which runs that plugin. disable: there is no such script. restore: it is what CTDB has ' +
      'there. Each lasts through all updates of CTDB.',
  ],
  options: dryRunOption,
  statuses: doneOrNot,
  examples: ['ctdb-hook script link 10.interface 70.web'],
} as const satisfies Command;
