import type { TestNode } from '../testing/node/test-node.ts';

/** Which public addresses each file of a node names, and what its plugins remember: whatever plugins have written of addresses. */
export type Mentions = ReadonlyMap<string, ReadonlySet<string>>;

/** Finds them. */
export function mentionsOn(node: TestNode, plugins: readonly string[], ips: readonly string[]): Mentions {
  const texts = new Map<string, string>();
  for (const [path, text] of node.files.all) if (text !== undefined) texts.set(path, text);
  for (const plugin of plugins) texts.set(`what ${plugin} remembers`, JSON.stringify(node.stateOf(plugin)));
  const mentions = new Map<string, ReadonlySet<string>>();
  for (const [path, text] of texts) {
    const named = new Set(ips.filter((ip) => names(text, ip)));
    if (named.size > 0) mentions.set(path, named);
  }
  return mentions;
}

/** Whether a text has this address, and not only as a part of another. */
function names(text: string, ip: string): boolean {
  for (let at = text.indexOf(ip); at !== -1; at = text.indexOf(ip, at + 1)) {
    const isWhole =
      !/[\w.:]$/.test(text.slice(Math.max(0, at - 1), at)) &&
      !/^(?:[\w:]|\.\d)/.test(text.slice(at + ip.length, at + ip.length + 2));
    if (isWhole) return true;
  }
  return false;
}

/** What a node has otherwise than one that took the same addresses and nothing else, a sentence each. */
export function differences(node: Mentions, reference: Mentions): readonly string[] {
  const none: ReadonlySet<string> = new Set();
  return [...new Set([...node.keys(), ...reference.keys()])].sort().flatMap((path) => {
    const [has, should] = [node.get(path) ?? none, reference.get(path) ?? none];
    const over = [...has.difference(should)];
    const missing = [...should.difference(has)];
    return [
      ...(over.length > 0 ? [`${path} names ${over.join(', ')}, which the node has given away`] : []),
      ...(missing.length > 0 ? [`${path} does not name ${missing.join(', ')}, which the node has`] : []),
    ];
  });
}
