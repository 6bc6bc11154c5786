import type { Environment } from '../../process/environment.ts';
import { scriptResultOf } from '../../process/exit-code.ts';
import { runProcess } from '../../process/run-process.ts';
import { entryOutputBytesMax, type OutputSink } from '../entry-output.ts';
import type { RunEntry } from '../run-event.ts';

/**
 * Runs legacy scripts, each in a process and group of its own, as ctdbd does: by its path with the bare `NN.name` as
 * its own name, the event and its arguments, and the environment as it was received.
 */
export function createScriptRunner(environment: Environment, sink: OutputSink): RunEntry {
  return async ({ name, path }, event, deadline, signal) => {
    const ended = await runProcess(
      { file: path, argv: [name, event.name, ...event.argv], environment, group: 'own' },
      { deadline, signal, outputBytesMax: entryOutputBytesMax },
    );
    sink(ended.output);
    return {
      begin: new Date(ended.beganAtMs),
      end: new Date(ended.endedAtMs),
      result: scriptResultOf(ended),
      output: ended.output,
    };
  };
}
