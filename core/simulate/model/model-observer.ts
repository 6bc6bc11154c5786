import type { RaisedEvent } from '../../run/outcome.ts';
import type { EventAnswer } from './simulated-node.ts';

/** What happens in a cluster that is worth a line of its report. */
export type Incident =
  | { readonly what: 'takeover run begins' | 'recovery begins' | 'recovery ends' | 'recovery fails' }
  | {
      readonly what: 'takeover run ends' | 'takeover run fails';
      readonly tookMs: number;
      readonly moves: number;
    }
  | {
      readonly what:
        | 'starts'
        | 'is off'
        | 'is missed'
        | 'becomes healthy'
        | 'becomes unhealthy'
        | 'is banned'
        | 'is blamed'
        | 'leads'
        | 'exits';
      readonly pnn: number;
    };

/** Sees what happens in a simulated cluster. */
export interface ModelObserver {
  readonly eventBegun: (pnn: number, event: RaisedEvent) => void;
  readonly eventEnded: (pnn: number, event: RaisedEvent, answer: EventAnswer, tookMs: number) => void;
  readonly happened: (incident: Incident) => void;
}
