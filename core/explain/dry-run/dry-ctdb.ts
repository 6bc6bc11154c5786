import { ctdbWords } from '../../ctdb-installation/ctdb-words.ts';
import { events, isEventName } from '../../events/events.ts';
import type { Context } from '../../plugin-api/context.ts';
import { describeEnd } from '../../process/describe-end.ts';
import { inShell } from './command-words.ts';
import { askUnlessChanged, dependsOn } from './dry-commands.ts';
import type { StepRecorder } from './step-recorder.ts';
import { unknownOutcome } from './unknown-outcome.ts';

/** Makes a `ctdb` that asks, and tells nothing. */
export function createDryCtdb(
  recorder: StepRecorder,
  real: Pick<Context, 'ctdb' | 'environment'>,
  event: string,
): Context['ctdb'] {
  const { ctdb, environment } = real;
  const program = ctdbWords(environment);
  /** ctdbd is asked at other moments than the event is raised at, and may answer then. */
  const ask = async <T>(
    args: readonly string[],
    work: () => Promise<T>,
    inWords: (answer: T) => string,
  ): Promise<T> => {
    const what = inShell([...program, ...args]);
    if (isEventName(event) && !events[event].ctdbWorks)
      return recorder.end(`${what}, which ctdbd does not answer during ${event}`);
    const told = recorder.lastChange('ctdb');
    if (told !== undefined) recorder.assume(told.what, 'ctdb answers what is asked next as it does now');
    return askUnlessChanged(recorder, what, dependsOn.service, work, inWords);
  };
  const rowsInWords = (rows: readonly unknown[] | undefined): string =>
    rows === undefined ? 'no answer' : `answers ${rows.length}`;
  const askRows: Context['ctdb']['askRows'] = (...args) =>
    ask(['-X', ...args], () => ctdb.askRows(...args), rowsInWords);
  return {
    command: ctdb.command,
    ask: (...args) => ask(args, () => ctdb.ask(...args), describeEnd),
    askRows,
    publicAddresses: () => ctdb.publicAddresses(),
    publicInterfaces: () => ask(['-X', 'ifaces'], () => ctdb.publicInterfaces(), rowsInWords),
    tell: (args, { input } = {}) => {
      const command = [...program, ...args];
      const what = inShell(command);
      recorder.note({
        word: 'would run',
        kind: 'ctdb',
        command,
        what,
        ...(input !== undefined && { input }),
      });
      return Promise.resolve(unknownOutcome(recorder, what));
    },
    tellNextNode: (ip, connections) => {
      noteTickles(recorder, ip, connections.length);
      recorder.assume(`what the next node says of ${ip}`, 'it knows the connections');
      return Promise.resolve({ isTold: true });
    },
    tellNextNodeAgain: (ip, connections) => {
      noteTickles(recorder, ip, connections.length, ' again');
    },
    stopTelling: () => undefined,
  };
}

const noteTickles = (recorder: StepRecorder, ip: string, count: number, when = ''): void => {
  recorder.note({
    word: 'would run',
    kind: 'ctdb',
    what: `tell the next node of ${ip} its ${count} connections${when}`,
  });
};
