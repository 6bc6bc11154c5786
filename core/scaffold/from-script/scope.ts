import type { EventName } from '../../events/events.ts';
import type { Value } from './code.ts';
import type { ScriptShape } from './script-shape.ts';

/** What a command of the script stands in. */
export interface Scope {
  readonly event: EventName;
  readonly shape: ScriptShape;
  /** What `$2`, `$3` and so on are there. In a function they are its own. */
  readonly isInFunction: boolean;
  /** Variables of the handler that commands before have set. */
  readonly variables: ReadonlyMap<string, Value>;
  /** How many functions of the script it is in. */
  readonly depth: number;
}
