import type { TestNode } from '../testing/node/test-node.ts';

/** Says what the built-in plugins find on a node on which everything is well. */
export function prepareBuiltins(node: TestNode, plugins: readonly string[]): void {
  for (const plugin of plugins) preparations[plugin]?.(node);
}

const preparations: Readonly<Record<string, ((node: TestNode) => void) | undefined>> = {};
