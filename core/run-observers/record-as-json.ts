import type { RunRecord } from '../run/run-event.ts';
import { wordFor } from './timeline.ts';

/** A run as `ctdb-hook run --json` shows it. Times are ISO 8601, output is UTF-8 with what is not replaced. */
export function recordAsJson({ event, begin, end, result, entries }: RunRecord): object {
  return {
    event: event.name,
    argv: event.argv,
    begin: begin.toISOString(),
    end: end.toISOString(),
    status: wordFor(result),
    result,
    entries: entries.map(({ entry, ...outcome }) => ({
      name: entry.name,
      kind: entry.kind,
      ...(entry.replaces === undefined ? {} : { replaces: entry.replaces }),
      begin: outcome.begin.toISOString(),
      end: outcome.end.toISOString(),
      status: wordFor(outcome.result),
      result: outcome.result,
      output: outcome.output.toString(),
    })),
  };
}
