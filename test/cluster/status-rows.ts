/** Name and state of each script that a status of ctdb shows. */
export const rows = (status: string): string[][] =>
  [...status.matchAll(/^(\d\d\.\S+) +([A-Z ]*[A-Z])(?= |$)/gm)].map(([, name = '', state = '']) => [
    name,
    state,
  ]);
