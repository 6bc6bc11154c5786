import { type EventStatus, timevalOf } from './status.ts';
import type { StatusRequest } from './messages.ts';

/** What our event daemon says about itself. */
export interface About {
  readonly version: string;
  /** The id of the build; a version may have several builds. */
  readonly build: string;
  readonly pid: number;
  /** The folder of the package that it was started from. */
  readonly root: string;
  /** When it was ready. */
  readonly since: Date;
}

/**
 * The question which event daemon this is: the status of an event that nobody runs, of a component of ours. CTDB's own does
 * not know this component and answers ENOENT. Nothing is run or stored for it.
 */
export const aboutRequest: StatusRequest = { component: 'ctdb-hook', event: 'about' };

/** Whether a request is that question. */
export const isAboutRequest = ({ component, event }: StatusRequest): boolean =>
  component === aboutRequest.component && event === aboutRequest.event;

/** The answer: one entry that began when the daemon began, with JSON as its output. */
export function aboutStatus({ since, ...rest }: About): EventStatus {
  const time = timevalOf(since);
  const output = Buffer.from(JSON.stringify(rest));
  return { summary: 0, scripts: [{ name: 'ctdb-hook', begin: time, end: time, result: 0, output }] };
}

/** Reads the answer. Undefined if it is not ours. */
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
