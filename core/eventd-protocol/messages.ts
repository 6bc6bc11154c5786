import { choice } from '../codec/choice.ts';
import type { Decoded } from '../codec/codec.ts';
import { i32, u32 } from '../codec/numbers.ts';
import { text, textOrNull } from '../codec/stringn.ts';
import { struct } from '../codec/struct.ts';
import { variant } from '../codec/variant.ts';
import { statusResult } from './status.ts';

/*
 * The messages to and from an event daemon, as in CTDB 4.9 and later:
 * https://github.com/samba-team/samba/blob/4614f04b062/ctdb/event/event_protocol.h
 */

/** Runs an event. */
export interface RunRequest {
  /** A directory below `events`, such as `legacy`. */
  readonly component: string;
  readonly event: string;
  /** All arguments in one string, separated by single spaces; null for none. */
  readonly args: string | null;
  /** The limit of the whole event, from the arrival of the request; 0 for no limit. */
  readonly timeoutS: number;
  /** `runAll`, or 0. */
  readonly flags: number;
}

/** The flag of a RunRequest that goes on after a script that failed: CTDB_EVENT_RUN_ALL. */
export const runAll = 1;

/** Asks how the last run of an event ended. */
export interface StatusRequest {
  readonly component: string;
  readonly event: string;
}

/** Enables or disables a script. */
export interface ScriptRequest {
  readonly component: string;
  /** Its file name without `.script`. */
  readonly script: string;
  readonly action: 'enable' | 'disable';
}

/** The results of a request, by errno of Linux on x64 and arm64. */
export const results = {
  ok: 0,
  /** ENOENT: no such component, or no such script. */
  missing: 2,
  /** EIO: the daemon itself failed. */
  broken: 5,
  /** ENOEXEC: a script failed. */
  failed: 8,
  /** EINVAL: STATUS of an event that never ran, SCRIPT of a link. */
  invalid: 22,
  /** ETIMEDOUT: the event did not end in time. */
  timedOut: 110,
  /** ECANCELED: another event came, so a monitor was cancelled. */
  cancelled: 125,
} as const;

/**
 * The version that ctdbd, `ctdb event` and CTDB's event daemon send, although their header file says 1. None of them looks
 * at it, so any version is accepted.
 */
export const protocolVersion = 0;

const command = choice({ RUN: 1, STATUS: 2, SCRIPT: 3 });

/**
 * A command and what it is about.
 *
 *     0x02000000070000006c65676163790006000000736574757000
 *       │       │                     └── event: 'setup'
 *       │       └──────────────────────── component: 'legacy'
 *       └──────────────────────────────── command: STATUS
 */
export const request = variant('command', command, {
  RUN: struct<RunRequest>({ component: text, event: text, args: textOrNull, timeoutS: u32, flags: u32 }),
  STATUS: struct<StatusRequest>({ component: text, event: text }),
  SCRIPT: struct<ScriptRequest>({ component: text, script: text, action: choice({ disable: 0, enable: 1 }) }),
});
/** A request of a client. */
export type Request = Decoded<typeof request>;

/**
 * The command that is answered, and the answer.
 *
 *     0x0100000008000000
 *       │       └── result: ENOEXEC
 *       └────────── command: RUN
 */
export const reply = variant('command', command, {
  RUN: struct<{ readonly result: number }>({ result: i32 }),
  STATUS: statusResult,
  SCRIPT: struct<{ readonly result: number }>({ result: i32 }),
});
/** A reply of an event daemon. */
export type Reply = Decoded<typeof reply>;
