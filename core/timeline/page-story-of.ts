import { laneNames, lanesOf } from './lanes.ts';
import type { PageStory } from './page-story.ts';
import { describeMoves } from './describe-moves.ts';
import type { Story } from './story.ts';
import { storyFailures } from './story-failures.ts';
import { storyNotes } from './story-notes.ts';

/** What the page shows beside the story. */
export interface PageHead {
  readonly title: string;
  /** Which ctdb-hook made it. */
  readonly madeBy: string;
  readonly zoneMinutes: number;
}

/** A story in the form of the page's data block. */
export function pageStoryOf(story: Story, head: PageHead): PageStory {
  const { fromMs, untilMs, nodes, moves } = story;
  return {
    ...head,
    fromMs,
    untilMs,
    notes: [...storyFailures(story), ...describeMoves(story), ...storyNotes(story)],
    lanes: laneNames,
    nodes: nodes.map((node) => ({
      name: node.name,
      spans: lanesOf(node).map(({ lane, beginMs, endMs, isMark, tone, name, text }) => [
        lane,
        beginMs - fromMs,
        isMark ? -1 : endMs - beginMs,
        tone,
        name,
        text,
      ]),
    })),
    moves: moves.map(({ ip, from, to, offMs = null }) => [
      ip,
      from?.node ?? '',
      to?.node ?? '',
      offMs,
      from?.isOk !== false && to?.isOk !== false,
    ]),
  };
}
