import type { Reply, Request } from '../../core/eventd-protocol/messages.ts';
import type { Packet } from '../../core/eventd-protocol/packet.ts';
import { b } from '../codec/hex.ts';

/** A packet as the real programs of CTDB wrote it, and what it says. */
export interface Vector<T> {
  readonly what: string;
  readonly bytes: Buffer;
  readonly packet: Packet<T>;
}

/** What the strings below have in common: length 7, "legacy". */
const legacy = '07000000 6c656761637900';

/**
 * Seen by strace in ctdb-eventd of Debian's ctdb 4.17.12 on x64: requests of its ctdbd, from start to shutdown, and of
 * its `ctdb-event`, whose reqid begins at 0x7fffff38. ctdbd sends no arguments as "" or, at init and shutdown, as null.
 */
export const requests: readonly Vector<Request>[] = [
  {
    what: 'ctdbd, init',
    bytes: b(`30000000 00000000 02000000 01000000 ${legacy} 05000000 696e697400 00000000 1e000000 00000000`),
    packet: {
      version: 0,
      reqid: 2,
      body: { command: 'RUN', component: 'legacy', event: 'init', args: null, timeoutS: 30, flags: 0 },
    },
  },
  {
    what: 'ctdbd, monitor',
    bytes: b(
      `34000000 00000000 09000000 01000000 ${legacy} 08000000 6d6f6e69746f7200 01000000 00 1e000000 00000000`,
    ),
    packet: {
      version: 0,
      reqid: 9,
      body: { command: 'RUN', component: 'legacy', event: 'monitor', args: '', timeoutS: 30, flags: 0 },
    },
  },
  {
    what: 'ctdbd, takeip lo 10.7.7.1 24',
    bytes: b(
      `41000000 00000000 0a000000 01000000 ${legacy} 07000000 74616b65697000
       0f000000 6c6f2031302e372e372e3120323400 1e000000 00000000`,
    ),
    packet: {
      version: 0,
      reqid: 10,
      body: {
        command: 'RUN',
        component: 'legacy',
        event: 'takeip',
        args: 'lo 10.7.7.1 24',
        timeoutS: 30,
        flags: 0,
      },
    },
  },
  {
    what: 'ctdb-event run 3 legacy fail now',
    bytes: b(
      `34000000 00000000 38ffff7f 01000000 ${legacy} 05000000 6661696c00 04000000 6e6f7700 03000000 00000000`,
    ),
    packet: {
      version: 0,
      reqid: 0x7fffff38,
      body: { command: 'RUN', component: 'legacy', event: 'fail', args: 'now', timeoutS: 3, flags: 0 },
    },
  },
  {
    what: 'ctdb-event status legacy startup',
    bytes: b(`27000000 00000000 38ffff7f 02000000 ${legacy} 08000000 7374617274757000`),
    packet: {
      version: 0,
      reqid: 0x7fffff38,
      body: { command: 'STATUS', component: 'legacy', event: 'startup' },
    },
  },
];

const at = (seconds: number, microseconds: number) => ({ seconds, microseconds });
const silent = Buffer.alloc(0);

/** The replies of the same ctdb-eventd to `ctdb-event`. */
export const replies: readonly Vector<Reply>[] = [
  {
    what: 'to RUN: done',
    bytes: b('14000000 00000000 38ffff7f 01000000 00000000'),
    packet: { version: 0, reqid: 0x7fffff38, body: { command: 'RUN', result: 0 } },
  },
  {
    what: 'to RUN: a script failed',
    bytes: b('14000000 00000000 38ffff7f 01000000 08000000'),
    packet: { version: 0, reqid: 0x7fffff38, body: { command: 'RUN', result: 8 } },
  },
  {
    what: 'to STATUS: never ran',
    bytes: b('14000000 00000000 38ffff7f 02000000 16000000'),
    packet: { version: 0, reqid: 0x7fffff38, body: { command: 'STATUS', result: 22, status: null } },
  },
  {
    what: 'to STATUS: 10.one failed and said "bad fail now"',
    bytes: b(
      `5d000000 00000000 38ffff7f 02000000 00000000 03000000 01000000
       07000000 31302e6f6e6500 3f7b036b00000000 08b1010000000000 3f7b036b00000000 a1c0010000000000
       03000000 0e000000 626164206661696c206e6f770a00`,
    ),
    packet: {
      version: 0,
      reqid: 0x7fffff38,
      body: {
        command: 'STATUS',
        result: 0,
        status: {
          summary: 3,
          scripts: [
            {
              name: '10.one',
              begin: at(1795390271, 110856),
              end: at(1795390271, 114849),
              result: 3,
              output: Buffer.from('bad fail now\n'),
            },
          ],
        },
      },
    },
  },
  {
    what: 'to STATUS: 10.one done, 20.off disabled, 90.late timed out',
    bytes: b(
      `b6000000 00000000 38ffff7f 02000000 00000000 92ffffff 03000000
       07000000 31302e6f6e6500 3f7b036b00000000 4200030000000000 3f7b036b00000000 3e0c030000000000
       00000000 00000000
       07000000 32302e6f666600 3f7b036b00000000 450c030000000000 3f7b036b00000000 700c030000000000
       f8ffffff 00000000
       08000000 39302e6c61746500 3f7b036b00000000 710c030000000000 407b036b00000000 f804030000000000
       92ffffff 00000000`,
    ),
    packet: {
      version: 0,
      reqid: 0x7fffff38,
      body: {
        command: 'STATUS',
        result: 0,
        status: {
          summary: -110,
          scripts: [
            {
              name: '10.one',
              begin: at(1795390271, 196674),
              end: at(1795390271, 199742),
              result: 0,
              output: silent,
            },
            {
              name: '20.off',
              begin: at(1795390271, 199749),
              end: at(1795390271, 199792),
              result: -8,
              output: silent,
            },
            {
              name: '90.late',
              begin: at(1795390271, 199793),
              end: at(1795390272, 197880),
              result: -110,
              output: silent,
            },
          ],
        },
      },
    },
  },
];
