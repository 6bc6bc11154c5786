import { parseRelease, type Release } from '../ctdb-installation/release.ts';
import { lineOf, readStep, wholeNumber, type Step } from './step.ts';

/** A cluster, and what happens to it. The same scenario always comes to the same end. */
export interface Scenario {
  readonly release: Release;
  readonly nodes: number;
  readonly addresses: number;
  readonly steps: readonly Step[];
}

/** What a scenario may be made of: more would take too long. */
export const limits = Object.freeze({
  nodes: { min: 1, max: 32 },
  addresses: { min: 1, max: 256 },
  steps: { min: 0, max: 10_000 },
  bytes: { min: 0, max: 1024 * 1024 },
});

/** The first line of a scenario. */
const title = '# ctdb-hook simulate --scenario';

/** A scenario that is not as it must be. `message` names the file, the line, what is there and what was expected. */
export class ScenarioError extends Error {
  override name = 'ScenarioError';
}

/** A scenario as the text of a file. */
export function textOf(
  { release, nodes, addresses, steps }: Scenario,
  notes: readonly string[] = [],
): string {
  const lines = [
    title,
    ...notes.map((note) => `# ${note}`),
    `release ${release.text}`,
    `nodes ${nodes}`,
    `addresses ${addresses}`,
    ...steps.map(lineOf),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/**
 * Reads a scenario.
 *
 * @param file as messages name it
 * @throws ScenarioError
 */
export function readScenario(text: string, file: string): Scenario {
  const fail = (line: number, what: string): never => {
    throw new ScenarioError(`${file}:${line}: ${what}`);
  };
  const lines = text
    .split('\n')
    .map((line, index) => ({ line: line.replace(/#.*/, '').trim(), number: index + 1 }))
    .filter(({ line }) => line !== '');
  const [first, second, third, ...rest] = lines;
  const header = (at: (typeof lines)[number] | undefined, word: string, expected: string): string => {
    const [name, value, ...more] = at?.line.split(/\s+/) ?? [];
    if (name !== word || value === undefined || more.length > 0)
      return fail(at?.number ?? text.split('\n').length, `"${at?.line ?? ''}", expected ${word} ${expected}`);
    return value;
  };
  const releaseText = header(first, 'release', 'such as 4.17');
  const release =
    parseRelease(releaseText) ??
    fail(first?.number ?? 1, `release "${releaseText}", expected one such as 4.17`);
  const number = (at: typeof second, word: 'nodes' | 'addresses'): number => {
    const { min, max } = limits[word];
    const value = header(at, word, `from ${min} to ${max}`);
    return (
      wholeNumber(value, min, max) ??
      fail(at?.number ?? 1, `${word} ${value}, expected from ${min} to ${max}`)
    );
  };
  const nodes = number(second, 'nodes');
  const addresses = number(third, 'addresses');
  if (rest.length > limits.steps.max)
    fail(
      rest[limits.steps.max]?.number ?? 1,
      `there are ${rest.length} steps, expected ${limits.steps.max} at most`,
    );
  const steps = rest.map(({ line, number: at }) => {
    const step = readStep(line, nodes);
    return 'wrong' in step ? fail(at, step.wrong) : step;
  });
  return { release, nodes, addresses, steps };
}
