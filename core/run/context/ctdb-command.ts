import { ctdbWords, defaultCtdb } from '../../ctdb-installation/ctdb-words.ts';
import type { FilesSeen } from '../../ctdb-config/files-seen.ts';
import { readPublicAddresses } from '../../ctdb-config/public-addresses.ts';
import { tableRows } from '../../ctdb-output/table-rows.ts';
import { askCtdbd } from '../../ctdbd-client/ask-ctdbd.ts';
import { type ControlAnswer, printedAnswer } from '../../ctdbd-client/control-answer.ts';
import { changeOf, questionOf, type Control } from '../../ctdbd-client/controls.ts';
import { tellNextNode, tellNextNodeAgain } from '../../ctdbd-client/tell-next-node.ts';
import type { CommandOutcome, Context, Paths } from '../../plugin-api/context.ts';
import type { Environment } from '../../process/environment.ts';
import type { Commands } from './commands.ts';
import { callLater, stopCalling } from './later-calls.ts';

/**
 * How long another node may take to say that it knows the connections to an address, in milliseconds. The address is
 * served here until then.
 */
const tellTimeoutMs = 1000;

/** What is told when the event is over does not end with it. */
const noEnd = new AbortController().signal;

/** What the ctdb command is made from. */
export interface CtdbSetting extends Commands {
  readonly paths: Paths;
  readonly environment: Environment;
  readonly log: (text: string) => void;
  readonly signal: AbortSignal;
  /** What was seen of files for others. */
  readonly seen: FilesSeen;
  /** Where ctdbd listens. */
  readonly socket: string;
  /** Whether ctdbd is asked without the command where we know how. */
  readonly isDirect: boolean;
}

/** Makes `ctdb`: the command `$CTDB`, which like CTDB's scripts we take for words, else `ctdb`. */
export function createCtdb({
  run,
  act,
  paths,
  environment,
  log,
  signal,
  seen,
  socket,
  isDirect,
}: CtdbSetting): Context['ctdb'] {
  const command = environment['CTDB'] || defaultCtdb;
  // Another command than CTDB's own may do something else.
  const directly = async (control: Control | undefined): Promise<ControlAnswer | undefined> => {
    if (control === undefined || !isDirect || command !== defaultCtdb) return undefined;
    return askCtdbd(socket, control, signal);
  };
  const program = ctdbWords(environment);
  const ask: Context['ctdb']['ask'] = async (...args) => {
    const answer = await directly(questionOf(args));
    return answer === undefined ? run([...program, ...args]) : outcomeOf(answer);
  };
  const publicAddresses = () => readPublicAddresses(paths.base, seen);

  const askRows: Context['ctdb']['askRows'] = async (...args) => {
    const words = ['-X', ...args];
    const answer = await directly(questionOf(words));
    if (answer !== undefined) return answer.rows;
    const { ok, stdout, stderr } = await run([...program, ...words]);
    if (stderr !== '') log(stderr);
    return ok ? tableRows(stdout).map(({ cells }) => cells) : undefined;
  };

  return {
    command,
    ask,
    askRows,
    async tell(args, options) {
      const answer = await directly(changeOf(args));
      return answer === undefined ? act([...program, ...args], options) : outcomeOf(answer);
    },
    async tellNextNode(ip, connections) {
      if (command !== defaultCtdb) return { isTold: false };
      return tellNextNode({ socketPath: socket, signal, timeoutMs: tellTimeoutMs }, ip, connections);
    },
    tellNextNodeAgain(ip, connections, afterMs) {
      if (command !== defaultCtdb) return;
      const later = { socketPath: socket, signal: noEnd, timeoutMs: tellTimeoutMs };
      callLater(`${socket} ${ip}`, afterMs, () => void tellNextNodeAgain(later, ip, connections));
    },
    stopTelling(ip) {
      stopCalling(`${socket} ${ip}`);
    },
    publicAddresses,
    async publicInterfaces() {
      const configured = (await publicAddresses())?.addresses.flatMap(({ ifaces }) => ifaces) ?? [];
      const known = (await askRows('ifaces')) ?? [];
      return [...new Set([...configured, ...known.flatMap(([name]) => name ?? [])])].sort();
    },
  };
}

/** How the command would have ended. */
const outcomeOf = (answer: ControlAnswer): CommandOutcome => ({
  ended: 'exited',
  ok: true,
  code: 0,
  stdout: printedAnswer(answer),
  stderr: '',
});
