/** What a plugin may and may not be, held by `tsc`: each line marked as an error must be one. */
import { definePlugin, healthy, option, unhealthy, type AddressChanges, type PublicAddress } from 'ctdb-hook';
import * as z from 'zod';

const is = <T>(value: T): T => value;

// The event's name decides the argument, and the options' schema what the options are.
definePlugin({
  options: z.object({ X_UNIT: option.word('x'), X_FAST: option.yesNo(false), X_FILE: option.path() }),
  tcp: ({ X_UNIT }) => ({ ports: [X_UNIT.length], reset: 'both-ends' }),
  takeip(event, { options }) {
    is<PublicAddress>(event);
    is<'takeip'>(event.name);
    is<readonly string[]>(event.argv);
    is<string>(options.X_UNIT);
    is<boolean>(options.X_FAST);
    is<string | undefined>(options.X_FILE);
    // @ts-expect-error only updateip has two interfaces
    is(event.oldIface);
    // @ts-expect-error only settling events are told what changed
    is(event.changes);
    // @ts-expect-error no such option
    is(options.X_SLOW);
  },
  async releaseip({ maskBits }, { network, act, log, state, signal }) {
    is<number>(maskBits);
    is<AbortSignal>(signal);
    const outcome = await act(['true']);
    // A command that was ended has no exit status, so nobody has one who has not asked how it ended.
    is<'ended' | 'ok' | 'stdout' | 'stderr'>(keyOf(outcome));
    if (outcome.ended === 'exited') state['released'] = outcome.code;
    log((await network.findLink('eth0'))?.device ?? 'gone');
    // @ts-expect-error a function is no JSON
    state['later'] = () => undefined;
  },
  updateip({ oldIface, newIface }) {
    is<string>(oldIface + newIface);
  },
  ipreallocated({ changes }) {
    is<AddressChanges>(changes);
  },
  recovered({ changes: { taken, released, moved, retaken, any } }) {
    is<boolean>(any);
    is<readonly PublicAddress[]>([...taken, ...released, ...retaken]);
    is<string | undefined>(moved[0]?.oldIface);
  },
  monitor: (event) => (event.argv.length === 0 ? healthy : unhealthy('arguments')),
});

// takeip and releaseip require each other and ipreallocated, which may stand alone, as may updateip.
definePlugin({ ipreallocated() {} });
definePlugin({ updateip() {} });
// @ts-expect-error releaseip and ipreallocated are missing
definePlugin({ takeip() {} });
// @ts-expect-error ipreallocated is missing
definePlugin({ takeip() {}, releaseip() {} });
// @ts-expect-error takeip is missing
definePlugin({ releaseip() {}, ipreallocated() {} });
definePlugin({ takeip() {}, releaseip() {}, ipreallocated() {} });

// Without options there are none to ask for.
// @ts-expect-error no such option
definePlugin({ monitor: (_event, { options }) => (is(options.TYPO) ? healthy : healthy) });

// monitor must say how it is.
// @ts-expect-error nothing is no health
definePlugin({ monitor() {} });
// @ts-expect-error a boolean is no health
definePlugin({ monitor: () => true });
// @ts-expect-error unhealthy needs a reason
definePlugin({ monitor: () => unhealthy() });

// Names are the events' and the declarations'.
// @ts-expect-error misspelt event
definePlugin({ takeIp() {} });
// @ts-expect-error a plugin's name is its file's
definePlugin({ name: '60.x', monitor: () => healthy });
// @ts-expect-error options is a zod object
definePlugin({ options: { X: 'x' }, monitor: () => healthy });
// @ts-expect-error reset has two policies
definePlugin({ tcp: { ports: [1], reset: 'both' }, monitor: () => healthy });

// Raw arguments are letters only.
definePlugin({
  rawArguments: true,
  takeip({ argv }) {
    is<readonly string[]>(argv);
  },
  releaseip(event) {
    // @ts-expect-error nobody has looked at the arguments
    is(event.ip);
  },
  ipreallocated({ changes }) {
    is<boolean>(changes.any);
  },
});

// A sample's answer says whether it is good; a probe has nothing of the event.
const limits = { intervalMs: 1000, timeoutMs: 1000, staleMs: 1000 };
definePlugin({
  async monitor(_event, { rpc, sample }) {
    is<boolean>((await rpc.ping('nfs', { version: 3, transport: 'udp6' })).ok);
    // @ts-expect-error no such transport
    await rpc.ping('nfs', { transport: 'sctp' });
    const sampled = await sample('load', limits, ({ signal }) =>
      Promise.resolve({ ok: !signal.aborted, load: 1 }),
    );
    // @ts-expect-error a check may be late, and its answer an old one
    is(sampled.answer);
    if (sampled.kind === 'answered') is<number>(sampled.answer.load);
    // @ts-expect-error an answer says whether it is good
    await sample('load', limits, () => Promise.resolve({ load: 1 }));
    // @ts-expect-error a check changes nothing
    await sample('load', limits, (probe: { act: unknown }) => Promise.resolve({ ok: probe.act === limits }));
    return healthy;
  },
});

// Observers watch; only the runner tells.
import { RunNotifier } from '../../core/run-observers/run-notifier.ts';
const { observable } = new RunNotifier();
observable.on('entry:end', ({ outcome }) => {
  is<number>(outcome.result);
});
// @ts-expect-error nobody else may tell
is(observable.emit);
// @ts-expect-error no such observation
observable.on('run:begin', () => undefined);

declare function keyOf<T>(value: T): keyof T;
