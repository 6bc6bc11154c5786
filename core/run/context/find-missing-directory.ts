import { bytesOf } from '../../text/bytes-as-text.ts';
import { Failure } from '../../plugin-api/failure.ts';
import type { Observing } from '../../plugin-api/context.ts';
import { describeEnd } from '../../process/describe-end.ts';
import { lookingLine, lookingScript } from './looking-script.ts';

/** Most bytes of paths that one shell is given: it takes all of them into memory before it begins. */
const inputBytesMax = 1024 * 1024;

/**
 * The first of these paths that is not a directory, or undefined if all are. Asked in shells, one after another, which read
 * the paths: as arguments, some thousand would be more than execve takes.
 *
 * @throws Failure if a shell comes to its end before it has answered.
 */
export async function findMissingDirectory(
  paths: readonly string[],
  run: Observing<unknown>['run'],
): Promise<string | undefined> {
  for (const some of portions(paths)) {
    const looked = await run(['sh', '-c', lookingScript, 'sh', 'exit'], {
      input: some.map(lookingLine).join(''),
    });
    const [answers = ''] = /^\+*-?/.exec(looked.stdout) ?? [];
    if (answers.endsWith('-')) return some[answers.length - 1];
    if (answers.length < some.length)
      throw new Failure(
        `Cannot look for directory "${some[answers.length] ?? ''}": sh ${describeEnd(looked)}\n${looked.stderr}`.trimEnd(),
      );
  }
  return undefined;
}

/** The paths in their order, as many at once as are not too much. */
function* portions(paths: readonly string[]): Generator<readonly string[]> {
  let portion: string[] = [];
  let bytes = 0;
  for (const path of paths) {
    const length = bytesOf(lookingLine(path)).length;
    if (portion.length > 0 && bytes + length > inputBytesMax) {
      yield portion;
      portion = [];
      bytes = 0;
    }
    portion.push(path);
    bytes += length;
  }
  if (portion.length > 0) yield portion;
}
