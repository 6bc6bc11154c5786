/** The plugin that has a problem, and the event. */
export interface ProblemPlace {
  readonly name: string;
  readonly event: string;
  /** Gets what is said; part of the event's output. */
  readonly say: (problem: string) => void;
}

/** What was said last in this process, by plugin and subject. */
const said = new Map<string, string>();

/**
 * Tells what is wrong although the event goes on: when it is new, and at each `monitor`, because people look at its status.
 *
 * @param subject what it is about, such as `options`; undefined for `problem` means that all is well with that.
 */
export function tellProblem(
  { name, event, say }: ProblemPlace,
  subject: string,
  problem: string | undefined,
): void {
  const key = `${name} ${subject}`;
  if (problem === undefined) said.delete(key);
  else if (event === 'monitor' || said.get(key) !== problem) {
    said.set(key, problem);
    say(problem);
  }
}
