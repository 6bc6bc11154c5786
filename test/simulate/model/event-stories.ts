/**
 * What each node had of events in each step, from a text of lines `== STEP` and `PNN EVENT ARGS`: `releaseip takeip x2 ipreallocated`.
 * The stories of a step are sorted, so it does not matter which node had which. A takeover run that moves nothing, and follows on
 * another, is left out: how often ctdbd repeats one depends on its timers. So does in how many runs the first addresses are
 * taken, so the first step ends with `startup`.
 */
export function storiesOf(text: string): ReadonlyMap<string, readonly string[]> {
  const steps = new Map<string, readonly string[]>();
  for (const part of text.split(/^== /m).filter((each) => each !== '')) {
    const [name = '', ...lines] = part.trimEnd().split('\n');
    const nodes = new Map<string, string[]>();
    for (const [pnn = '', event = ''] of lines.map((line) => line.split(' ')))
      nodes.set(pnn, [...(nodes.get(pnn) ?? []), event]);
    const stories = [...nodes.values()].map(storyOf);
    steps.set(
      name,
      (steps.size > 0 ? stories : stories.map((story) => story.replace(/ startup .*/, ' startup'))).sort(),
    );
  }
  return steps;
}

function storyOf(events: readonly string[]): string {
  const words = events
    .join(' ')
    .replace(/(?<=\bipreallocated)(?: (?:startipreallocate )?ipreallocated\b)+/g, '');
  return words.replace(/\b(takeip|releaseip)((?: \1)+)\b/g, (_all, event: string, more: string) => {
    return `${event} x${1 + more.trim().split(' ').length}`;
  });
}
