import type { ExplainedEvent } from '../explain/explained.ts';

/** An explained event for programs. `version` changes when a name changes what it means, not when one is added. */
export function explainAsJson({ event, ...explained }: ExplainedEvent): object {
  return { version: 1, event: event.name, arguments: event.argv, ...explained };
}
