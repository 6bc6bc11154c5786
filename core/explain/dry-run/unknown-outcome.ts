import type { CommandOutcome } from '../../plugin-api/context.ts';
import type { StepRecorder } from './step-recorder.ts';

/**
 * The outcome of a command that was not run. Who asks whether it succeeded is told so, and that is noted as taken for granted. Who
 * reads what it has said ends the dry run.
 *
 * @param name the command, for a person
 */
export function unknownOutcome(recorder: StepRecorder, name: string): CommandOutcome {
  const granted = <T>(value: T) => ({
    enumerable: true,
    get: (): T => {
      recorder.assume(name, 'it succeeds');
      return value;
    },
  });
  const unknown = {
    enumerable: true,
    get: (): never => recorder.end(`what ${name} says`),
  };
  return Object.defineProperties({} as CommandOutcome, {
    ended: granted('exited'),
    ok: granted(true),
    code: granted(0),
    stdout: unknown,
    stderr: unknown,
  });
}
