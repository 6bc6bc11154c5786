import { readFileSync } from 'node:fs';
import type { EventName } from '../events/events.ts';
import { ifaces, publicAddresses } from './addresses.ts';
import type { ClientMachine } from './client-machine.ts';
import { ClientWatch } from './client-watch.ts';
import { findAddresses } from './kernel.ts';
import { places } from './lay-out-node.ts';
import { runEvent, type HookRun } from './run-event.ts';
import { note, showRun } from './show-run.ts';
import type { TryJob } from './try-job.ts';

/** What events are played with. */
export interface Stage {
  readonly environment: NodeJS.ProcessEnv;
  readonly client: ClientMachine;
  /** Where the server listens. */
  readonly port: number;
  /** Puts the author's paths into a text. */
  readonly inSource: (text: string) => string;
}

/** Runs the events one after another, shows each, and answers what failed, in sentences. */
export async function playEvents(
  { events, timeoutS }: Pick<TryJob, 'events' | 'timeoutS'>,
  { environment, client, port, inSource }: Stage,
): Promise<readonly string[]> {
  const node = new Hosted();
  const clients = new ClientWatch(client, port);
  const failures: string[] = [];
  for (const event of events) {
    const words = [event, ...node.argumentsOf(event)];
    const [before, told] = [await findAddresses(ifaces), toldSoFar().length];
    const run = await runEvent(words, { directory: places.eventDirectory, environment, timeoutS });
    const after = await findAddresses(ifaces);
    showRun(withAuthorsPaths(run, inSource), before, after);
    for (const call of toldSoFar().slice(told)) note(call.tool, call.words);
    node.note(words);
    if (!run.ok) failures.push(failureOf(run));
    for (const what of node.differences(after)) failures.push(`${words.join(' ')}: ${what}`);
    for (const what of await clients.look(words, after)) failures.push(`${words.join(' ')}: ${what}`);
  }
  return failures;
}

const withAuthorsPaths = (run: HookRun, inSource: Stage['inSource']): HookRun => ({
  ...run,
  said: inSource(run.said),
  entries: run.entries.map((entry) => ({ ...entry, output: inSource(entry.output) })),
});

function failureOf({ event, entries }: HookRun): string {
  const last = entries.findLast(({ status }) => status !== 'OK' && status !== 'DISABLED');
  return `${event.join(' ')} failed${last === undefined ? '' : ` at ${last.name}: ${last.status}`}`;
}

/** What stand-ins were told that changes something; questions are no news. */
function toldSoFar(): readonly { tool: string; words: string }[] {
  return readFileSync(places.calls, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !/^ctdb (?:pnn|-X |(?:add|del)?tickle$)/.test(line))
    .map((line) => {
      const [, tool = '', words = ''] = /^(service|ctdb) (.*)$/.exec(line) ?? [undefined, 'ctdb', line];
      return { tool, words };
    });
}

/** Which addresses the node has to have, by the events that were raised. */
class Hosted {
  readonly #ifaces = new Map<string, string>();

  /** What an event is called with: addresses come in their order, and the first that is there moves or goes. */
  argumentsOf(event: EventName): readonly string[] {
    const absent = publicAddresses.find(({ ip }) => !this.#ifaces.has(ip));
    const present = publicAddresses.find(({ ip }) => this.#ifaces.has(ip)) ?? publicAddresses[0];
    const { ip, maskBits } = (event === 'takeip' ? absent : present) ?? { ip: '', maskBits: '' };
    const on = this.#ifaces.get(ip) ?? ifaces[0];
    switch (event) {
      case 'takeip':
      case 'releaseip':
        return [on, ip, maskBits];
      case 'updateip':
        return [on, ifaces.find((iface) => iface !== on) ?? on, ip, maskBits];
      default:
        return [];
    }
  }

  /** Notes what an event was for. */
  note([event = '', first = '', second = '', third = '']: readonly string[]): void {
    if (event === 'takeip') this.#ifaces.set(second, first);
    if (event === 'releaseip') this.#ifaces.delete(second);
    if (event === 'updateip' && this.#ifaces.has(third)) this.#ifaces.set(third, second);
    if (event === 'init' || event === 'shutdown') this.#ifaces.clear();
  }

  /** What the kernel has otherwise. */
  differences(found: readonly string[]): readonly string[] {
    const expected = [...this.#ifaces].map(
      ([ip, iface]) => `${iface} ${ip}/${publicAddresses.find((each) => each.ip === ip)?.maskBits ?? ''}`,
    );
    return [
      ...expected.filter((each) => !found.includes(each)).map((each) => `${each} is not there`),
      ...found.filter((each) => !expected.includes(each)).map((each) => `${each} is there`),
    ];
  }
}
