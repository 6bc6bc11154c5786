import type { Change } from '../step.ts';

/** What a plugin remembers. */
export type Memory = Readonly<Record<string, unknown>>;

/** What a plugin would remember otherwise than before, a member each. */
export function memoryChanges(before: Memory, after: Memory): readonly Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name): Change[] => {
    const [was, is] = [JSON.stringify(before[name]), JSON.stringify(after[name])];
    if (was === is) return [];
    const what = name in after ? `remember ${name} = ${is}` : `forget ${name}`;
    return [{ word: 'would run', kind: 'memory', what }];
  });
}
