import * as fc from 'fast-check';
import { expect } from 'vitest';

/** A class of errors. */
type Refusal = new (...args: never[]) => Error;

/** Whether it is read or refused with an error of this class; throws any other error. */
export function readOrRefused(read: () => unknown, refusal: Refusal): 'read' | 'refused' {
  try {
    read();
    return 'read';
  } catch (error) {
    if (error instanceof refusal) return 'refused';
    throw error;
  }
}

/**
 * Expects that all of these are read or refused with an error of this class, and that both happen. The examples are tried
 * first, so that both do whatever comes at random.
 */
export function expectReadOrRefused<Given>(
  given: fc.Arbitrary<Given>,
  read: (given: Given) => unknown,
  refusal: Refusal,
  { examples, numRuns = 1000 }: { readonly examples: readonly NoInfer<Given>[]; readonly numRuns?: number },
): void {
  const outcomes = new Set<string>();
  fc.assert(
    fc.property(given, (each) => {
      outcomes.add(readOrRefused(() => read(each), refusal));
    }),
    { numRuns, examples: examples.map((example): [Given] => [example]) },
  );
  expect([...outcomes].sort()).toEqual(['read', 'refused']);
}
