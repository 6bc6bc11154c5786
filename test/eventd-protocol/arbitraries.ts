import * as fc from 'fast-check';
import type { Reply, Request } from '../../core/eventd-protocol/messages.ts';
import type { Packet } from '../../core/eventd-protocol/packet.ts';

const aText = fc.oneof(
  fc.constantFrom('legacy', 'monitor', '10.interface', 'eth0 10.0.0.1 24', ''),
  fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
);
const aNumber = fc.oneof(fc.nat(40), fc.nat(0xffffffff));
const aResult = fc.oneof(fc.constantFrom(0, 2, 5, 8, 22, 110, 125, -110, -8), fc.integer());
const anOutput = fc.uint8Array({ min: 1 }).map((bytes) => Buffer.from(bytes));
const aTimeval = fc.record({ seconds: fc.maxSafeInteger(), microseconds: fc.maxSafeInteger() });
const aStatus = fc.record({
  summary: aResult,
  scripts: fc.array(
    fc.record({ name: aText, begin: aTimeval, end: aTimeval, result: aResult, output: anOutput }),
  ),
});

/** Any request. */
export const aRequest: fc.Arbitrary<Request> = fc.oneof(
  fc.record({
    command: fc.constant('RUN' as const),
    component: aText,
    event: aText,
    args: fc.option(aText),
    timeoutS: aNumber,
    flags: aNumber,
  }),
  fc.record({ command: fc.constant('STATUS' as const), component: aText, event: aText }),
  fc.record({
    command: fc.constant('SCRIPT' as const),
    component: aText,
    script: aText,
    action: fc.constantFrom('enable' as const, 'disable' as const),
  }),
);

/** Any reply. */
export const aReply: fc.Arbitrary<Reply> = fc.oneof(
  fc.record({ command: fc.constantFrom('RUN' as const, 'SCRIPT' as const), result: aResult }),
  fc.record({ command: fc.constant('STATUS' as const), result: fc.constant(0), status: aStatus }),
  fc.record({
    command: fc.constant('STATUS' as const),
    result: aResult.filter((result) => result !== 0),
    status: fc.constant(null),
  }),
);

/** Any packet with such a body. */
export const aPacket = <T>(body: fc.Arbitrary<T>): fc.Arbitrary<Packet<T>> =>
  fc.record({ version: aNumber, reqid: aNumber, body });
