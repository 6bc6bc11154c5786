/** The name of a file of the history. They are numbered in the order in which they were begun. */
export const segmentName = (number: number): string => `runs-${String(number).padStart(6, '0')}`;

/** The numbers of the files among these names, in order. */
export const segmentNumbers = (names: readonly string[]): number[] =>
  names
    .flatMap((name) => /^runs-(\d{6,12})$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
