/** Whether a daemon keeps the history of runs. */
export type Keeps = 'with history' | 'without';

/** What has it do so or not. */
export const kept: Readonly<Record<Keeps, Readonly<Record<string, string>>>> = {
  'with history': { CTDB_HOOK_HISTORY_MIB: '64' },
  without: { CTDB_HOOK_HISTORY_MIB: '0' },
};

/** An event that is measured, and the name of its samples. */
interface HistoryCase {
  readonly what: string;
  readonly of: (keeps: Keeps) => string;
}

const caseOf = (what: string): HistoryCase => ({ what, of: (keeps) => `${what}, ${keeps}` });

/** What is measured with both. */
export const historyCases = {
  idle: caseOf('`monitor` of 20 plugins that do nothing, one of 20 in a row'),
  take: caseOf('`takeip`, each of 100 at once'),
  release: caseOf('`releaseip`, each of 100 at once'),
} as const satisfies Readonly<Record<string, HistoryCase>>;

/** How many pairs of daemons are measured. */
export const pairsCount = 8;
