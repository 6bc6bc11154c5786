import * as fc from 'fast-check';
import type { FromHost, ToHost } from '../../core/plugin-host/messages.ts';

const aText = fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replaceAll('\0', ''));
const texts = fc.array(aText, { maxLength: 5 });
const aNumber = fc.oneof(fc.nat(5), fc.nat(0xffffffff));
const aTimeMs = fc.oneof(fc.constant(-1), fc.maxSafeInteger());
const anEvent = { event: aText, argv: texts, plugins: texts };

/** Any message to a host. */
export const aToHost: fc.Arbitrary<ToHost> = fc.oneof(
  fc.record({ kind: fc.constant('load' as const), name: aText, path: aText, isKept: fc.boolean() }),
  fc.record({ kind: fc.constant('note' as const), ...anEvent, isReconciled: fc.boolean() }),
  fc.record({
    kind: fc.constant('run' as const),
    run: aNumber,
    event: aText,
    events: fc.array(fc.record({ argv: texts, deadlineMs: aTimeMs }), { maxLength: 3 }),
    waiting: fc.array(texts, { maxLength: 3 }),
    plugins: texts,
    runAll: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('stop' as const),
    run: aNumber,
    cause: fc.constantFrom('timed-out' as const, 'cancelled' as const),
  }),
  fc.record({ kind: fc.constant('failed' as const), event: aText, argv: texts }),
);

/** Any message of a host. */
export const aFromHost: fc.Arbitrary<FromHost> = fc.oneof(
  fc.record({ kind: fc.constant('ready' as const), build: aText, network: aText }),
  fc.record({
    kind: fc.constant('loaded' as const),
    name: aText,
    outcome: fc.constantFrom('loaded' as const, 'failed' as const, 'refused' as const),
    message: aText,
    kept: fc.constantFrom('none' as const, 'there' as const, 'given up' as const),
    events: texts,
  }),
  fc.record({ kind: fc.constantFrom('noted' as const, 'noting' as const), event: aText }),
  fc.record({ kind: fc.constantFrom('next' as const, 'began' as const), run: aNumber, event: aNumber }),
  fc.record({
    kind: fc.constant('output' as const),
    run: aNumber,
    index: aNumber,
    chunk: fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
  }),
  fc.record({
    kind: fc.constant('ended' as const),
    run: aNumber,
    index: aNumber,
    beganAtMs: aTimeMs,
    endedAtMs: aTimeMs,
    result: fc.integer(),
    connectionsKilled: aNumber,
    connectionsLeft: aNumber,
    changesTold: aNumber,
    moved: texts,
  }),
  fc.record({ kind: fc.constantFrom('done' as const, 'stopping' as const), run: aNumber }),
  fc.record({ kind: fc.constant('file' as const), path: aText, identity: aText }),
  fc.record({
    kind: fc.constant('group' as const),
    pid: aNumber,
    state: fc.constantFrom('of event' as const, 'for longer' as const, 'ended' as const),
  }),
  fc.record({ kind: fc.constant('report' as const), message: aText }),
  fc.record({ kind: fc.constant('retire' as const), why: aText }),
);
