import type { Command } from './command.ts';
import { doneOrNot, dryRunOption } from './common-options.ts';

export const upgrade = {
  summary: 'have this version take the place of another one, newer or older, in one rename',
  words: '[TARBALL]',
  about: [
    'Given by its path in the folder of an unpacked version, it has that version count from then on: its files are compared with their ' +
      'checksums, and it is started once, before anything changes. With a TARBALL, that is unpacked beside this version first. ' +
      'Links run the new version from their next event on, the event daemon from the next start of ctdb on. The older version stays on ' +
      'disk, and the same command there goes back to it. A Debian or RPM package does all this itself.',
  ],
  options: dryRunOption,
  statuses: doneOrNot,
  examples: [
    'ctdb-hook upgrade ctdb-hook-0.2.0-linux-amd64.tar.xz',
    '/opt/ctdb-hook-0.1.0/bin/ctdb-hook upgrade',
  ],
} as const satisfies Command;
