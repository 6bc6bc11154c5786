import type { ControlAnswer } from './control-answer.ts';
import type { Control } from './controls.ts';
import { talkToCtdbd } from './talk-to-ctdbd.ts';

/** How long ctdbd may take, in milliseconds. After that the command is run instead, which says what is wrong. */
const defaultTimeoutMs = 3000;

/**
 * Asks the ctdbd that listens on this socket, as the ctdb command does, but without a process. Answers what the command
 * would. If anything is not as expected, it answers undefined: then the command has to be run.
 */
export async function askCtdbd(
  socketPath: string,
  control: Control,
  signal: AbortSignal,
  timeoutMs = defaultTimeoutMs,
): Promise<ControlAnswer | undefined> {
  const talk = await talkToCtdbd({ socketPath, signal, timeoutMs }, async (ctdbd) =>
    control.read(await ctdbd.ask(control)),
  );
  return talk.ended === 'as-meant' ? talk.result : undefined;
}
