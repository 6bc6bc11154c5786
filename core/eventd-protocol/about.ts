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
  /** The plugins that it knows. Undefined if it has loaded none yet, or is older and does not say. */
  readonly plugins?: readonly PluginInForce[] | undefined;
  /** How long ctdbd lets a monitor take, in seconds, by the last one: 0 is without limit. Undefined before the first. */
  readonly monitorTimeoutS?: number | undefined;
}

/** A plugin as the event daemon has it. */
export interface PluginInForce {
  readonly name: string;
  /** Why it does not run, or not as its file says now. */
  readonly trouble?: string | undefined;
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
  const { version, build, pid, root, plugins, monitorTimeoutS } = parse(entry.output.toString());
  if (typeof version !== 'string' || typeof build !== 'string') return undefined;
  if (typeof pid !== 'number' || typeof root !== 'string') return undefined;
  const since = new Date(entry.begin.seconds * 1000);
  return {
    version,
    build,
    pid,
    root,
    since,
    plugins: readPlugins(plugins),
    monitorTimeoutS: typeof monitorTimeoutS === 'number' ? monitorTimeoutS : undefined,
  };
}

function readPlugins(value: unknown): PluginInForce[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return (value as unknown[]).flatMap((each) => {
    const { name, trouble } = objectIn(each);
    if (typeof name !== 'string') return [];
    return [{ name, trouble: typeof trouble === 'string' ? trouble : undefined }];
  });
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return objectIn(JSON.parse(text));
  } catch {
    return {};
  }
}

const objectIn = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
