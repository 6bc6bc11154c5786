/** Whether ctdb-hook was called by the name of a link, and not as the command that it is. */
export const isLinkName = (calledAs: string): boolean =>
  /^\d\d\.|\.script$/.test(calledAs.slice(calledAs.lastIndexOf('/') + 1));
