import { logLevels } from '../../core/ctdb-config/log-level.ts';
import { openLog } from '../../core/log/open-log.ts';

/** Logs to a location: its arguments are that, and then levels and messages in turn, the latter in hexadecimal. */
const [location = '', ...rest] = process.argv.slice(2);
const log = openLog({
  location,
  level: 'DEBUG',
  ident: 'ctdb-eventd',
  interactive: false,
  onProblem: (message) => {
    throw new Error(message);
  },
});
for (let index = 0; index < rest.length; index += 2) {
  const level = logLevels.find((name) => name === rest[index]);
  if (level === undefined)
    throw new Error(`level ${String(rest[index])}, expected one of ${logLevels.join(', ')}`);
  log.write(level, Buffer.from(rest[index + 1] ?? '', 'hex'));
}
await log.close();
