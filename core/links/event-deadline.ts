import { deadlineIn, type Deadline } from '../process/deadline.ts';
import { UsageError } from './usage-error.ts';

/**
 * How long an event may take by default, in seconds. ctdbd's own limit on a takeover run is 27 seconds, and a hook is not
 * told how much of it is left.
 */
const defaultTimeoutS = 20;

/** The deadline from the option, or else from CTDB_HOOK_TIMEOUT, in whole seconds; 0 means no limit. */
export function eventDeadline(option: string | undefined): Deadline {
  const [name, text] =
    option === undefined
      ? ['CTDB_HOOK_TIMEOUT', process.env['CTDB_HOOK_TIMEOUT'] ?? '']
      : ['--timeout', option];
  if (option === undefined && text === '') return deadlineIn(defaultTimeoutS * 1000);
  if (!/^\d{1,6}$/.test(text))
    throw new UsageError(`${name} is "${text}", expected whole seconds from 0 to 999999`);
  return text === '0' ? Infinity : deadlineIn(Number(text) * 1000);
}
