import type { NfsContext } from './nfs-context.ts';

/** Adds what a command said to the output of the event, if it said anything. */
export function logOutput({ log }: NfsContext, output: string): void {
  if (output !== '') log(output);
}
