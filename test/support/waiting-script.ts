import type { RunningEventd } from './eventd-node.ts';
import { plant, script } from './temporary-directory.ts';

/** A script that says when it begins, and ends when the test lets it. */
export const waiting = script(
  `echo "begin $*" >>$CTDB_BASE/story
echo $$ >>$CTDB_BASE/pids
until [ -e $CTDB_BASE/go.$1 ]; do sleep 0.02; done
echo "end $*" >>$CTDB_BASE/story`,
);

/** Lets scripts end that wait in these events. */
export function letGo({ node }: RunningEventd, ...events: readonly string[]): void {
  plant(node.base, Object.fromEntries(events.map((event) => [`go.${event}`, ''])));
}

/** What the scripts have said, in lines. */
export const story = ({ node }: RunningEventd): string[] => node.read('story').split('\n').slice(0, -1);

/** The scripts that have begun, by their process ids. */
export const pids = ({ node }: RunningEventd): number[] =>
  node.read('pids').split('\n').slice(0, -1).map(Number);
