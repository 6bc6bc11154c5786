import { isFailure } from '../process/exit-code.ts';
import { wordFor } from '../run-observers/timeline.ts';
import type { Story } from './story.ts';

/** Most failures that are listed. More are counted. */
const listedMax = 8;

/** What failed or has no end, the first of each kind, in sentences: this is what a person looks for. */
export function storyFailures({ nodes }: Story): string[] {
  const failures = nodes.flatMap(({ name: node, runs, open }) => [
    ...runs
      .filter(({ result }) => isFailure(result))
      .map((run) => {
        const entry = run.entries.find(({ result }) => isFailure(result));
        const said = entry?.output?.split('\n', 1)[0] ?? '';
        return {
          what: `${run.event} on ${node}: ${wordFor(run.result)}${entry === undefined ? ', nothing was run' : ` at ${entry.name}`}`,
          said: said === '' ? '' : `: ${said}`,
        };
      }),
    ...open.map(({ event, entry, end }) => ({
      what: `${event} on ${node}: ${end}${entry === undefined ? '' : `, in ${entry}`}`,
      said: '',
    })),
  ]);
  const alike = [...Map.groupBy(failures, ({ what }) => what)];
  const lines = alike
    .slice(0, listedMax)
    .map(
      ([what, all]) =>
        `FAILED: ${what}${all.length === 1 ? '' : `, ${all.length} times`}${all[0]?.said ?? ''}`,
    );
  const more = alike.length - lines.length;
  return more === 0 ? lines : [...lines, `FAILED: ${more} others`];
}
