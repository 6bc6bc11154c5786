import type { StockRelease } from './stock-release.ts';

/** A node on which a plugin or the script that it replaces is run. */
export interface ComparedNode {
  path(name: string): string;
  readonly base: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What a plugin and the script that it replaces are compared in. */
export interface Situation<Node extends ComparedNode = ComparedNode> {
  readonly title: string;
  readonly plugin: string;
  /** A node in this situation. */
  readonly make: (release: StockRelease) => Node;
  /** The events, one after another. */
  readonly events: readonly (readonly string[])[];
  /** The files, and directories of them, that have to be the same in the end. */
  readonly files: readonly string[];
  /** Lines that only the script says, where the plugin is better on purpose: matched against one line each. */
  readonly onlyStockSays?: RegExp;
  /** Lines that only the plugin says. */
  readonly onlyOursSays?: RegExp;
  /** Whether the plugin is better on purpose under this release: then the script is not compared. */
  readonly isBetter?: (release: StockRelease) => boolean;
}

/** Makes situations of one plugin out of plans of its node; without events it is `monitor`. */
export const situationsOf =
  <Plan>(
    plugin: string,
    files: Situation['files'],
    make: (plan: Plan, ...of: Parameters<Situation['make']>) => ReturnType<Situation['make']>,
  ) =>
  (
    title: string,
    plan: Plan,
    events: Situation['events'] = [['monitor']],
    more: Partial<Situation> = {},
  ): Situation => ({ plugin, title, make: (...of) => make(plan, ...of), events, files, ...more });
