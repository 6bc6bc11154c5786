import { type EventStatus, timevalOf } from './status.ts';
import type { StatusRequest } from './messages.ts';

/** What an event daemon of this project says of itself. */
export interface About {
  readonly version: string;
  /** Tells one build of a version from another. */
  readonly build: string;
  readonly pid: number;
  /** The folder of the package that it was started from. */
  readonly root: string;
  /** When it was ready. */
  readonly since: Date;
}

/**
 * The question which event daemon this is: the status of an event that nobody runs, of a component that is ours. CTDB's own
 * knows no such component and answers ENOENT; nothing is run and nothing is stored for it.
 */
export const aboutRequest: StatusRequest = { component: 'ctdb-hook', event: 'about' };

/** Whether a request is that question. */
export const isAboutRequest = ({ component, event }: StatusRequest): boolean =>
  component === aboutRequest.component && event === aboutRequest.event;

/** The answer: one entry that began when the daemon did, whose output is JSON. */
export function aboutStatus({ since, ...rest }: About): EventStatus {
  const time = timevalOf(since);
  const output = Buffer.from(JSON.stringify(rest));
  return { summary: 0, scripts: [{ name: 'ctdb-hook', begin: time, end: time, result: 0, output }] };
}

/** Reads the answer; undefined if it is none of ours. */
export function readAbout({ scripts }: EventStatus): About | undefined {
  const [entry] = scripts;
  if (entry?.name !== 'ctdb-hook') return undefined;
  const { version, build, pid, root } = parse(entry.output.toString());
  if (typeof version !== 'string' || typeof build !== 'string') return undefined;
  if (typeof pid !== 'number' || typeof root !== 'string') return undefined;
  return { version, build, pid, root, since: new Date(entry.begin.seconds * 1000) };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
