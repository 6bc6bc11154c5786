/** A story as the page has it: what is in its data block. It imports nothing, since it is for a browser too. */
export interface PageStory {
  readonly title: string;
  readonly madeBy: string;
  /** Milliseconds since 1970, UTC. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** Minutes by which the times shown are ahead of UTC. */
  readonly zoneMinutes: number;
  readonly notes: readonly string[];
  readonly lanes: readonly string[];
  readonly nodes: readonly { readonly name: string; readonly spans: readonly PageSpan[] }[];
  readonly moves: readonly PageMove[];
}

/** One thing on a lane. Begin in milliseconds after that of the story; took is -1 for what has no duration. */
export type PageSpan = readonly [
  lane: number,
  beginMs: number,
  tookMs: number,
  tone: string,
  name: string,
  text: string,
];

/** An address that moved; an empty name where that is not known, and null for a time that is not. */
export type PageMove = readonly [ip: string, from: string, to: string, offMs: number | null, isOk: boolean];

/** The id of the data block. */
export const storyId = 'story';
