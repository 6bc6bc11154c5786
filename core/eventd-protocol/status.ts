import { array } from '../codec/array.ts';
import { type Codec, takeWithin } from '../codec/codec.ts';
import { i32, i64 } from '../codec/numbers.ts';
import { stringn, text } from '../codec/stringn.ts';
import { struct } from '../codec/struct.ts';

/*
 * What an event daemon keeps about the last run of an event, as in CTDB 4.9 and later:
 * https://github.com/samba-team/samba/blob/4614f04b062/ctdb/event/event_protocol.h
 */

/** Seconds and microseconds since 1970. */
export interface Timeval {
  readonly seconds: number;
  readonly microseconds: number;
}

/** A time of JavaScript, which has milliseconds, as a Timeval. */
export function timevalOf(time: Date): Timeval {
  const ms = time.getTime();
  const seconds = Math.floor(ms / 1000);
  return { seconds, microseconds: (ms - seconds * 1000) * 1000 };
}

/** How one script ended. */
export interface ScriptStatus {
  readonly name: string;
  readonly begin: Timeval;
  readonly end: Timeval;
  /** 0, the positive exit status, or a negative errno: -ENOEXEC for a disabled script, -ETIMEDOUT, ... */
  readonly result: number;
  /** Its output. A NUL cannot be sent; each is sent as a space. */
  readonly output: Buffer;
}

/** How the last run of an event ended. */
export interface EventStatus {
  /** 0, or the result of the script that failed. */
  readonly summary: number;
  readonly scripts: readonly ScriptStatus[];
}

/** The reply to a StatusRequest: a status if and only if the result is 0. */
export interface StatusResult {
  readonly result: number;
  readonly status: EventStatus | null;
}

/** Far more than the 50 or so scripts of an event directory. */
const scriptsMax = 10_000;

/** `struct timeval` of 64-bit Linux: both as i64. */
const timeval = struct<Timeval>({ seconds: i64, microseconds: i64 });

/** Any bytes. A NUL would end the text, so it becomes a space. No bytes at all are null on the wire, as CTDB sends it. */
const output: Codec<Buffer> = {
  size: (value) => stringn.size(value.length === 0 ? null : value),
  put: (value, bytes, offset) =>
    stringn.put(value.length === 0 ? null : withoutNulBytes(value), bytes, offset),
  take(bytes, offset) {
    const [value, end] = stringn.take(bytes, offset);
    return [value ?? Buffer.alloc(0), end];
  },
};

/** Replaces NULs. Outputs may be long, and hardly any has one, so that is checked first. */
const withoutNulBytes = (bytes: Buffer): Buffer =>
  bytes.includes(0) ? Buffer.from(bytes.map((byte) => (byte === 0 ? space : byte))) : bytes;
const space = 0x20;

const eventStatus = struct<EventStatus>({
  summary: i32,
  scripts: array(
    struct<ScriptStatus>({ name: text, begin: timeval, end: timeval, result: i32, output }),
    scriptsMax,
  ),
});

/**
 * A result and, if that is 0, the status.
 *
 *     0x0000000003000000010000000700000031302e6f6e6500...
 *       │       │       │       └── name of the first script, then begin, end, result and output
 *       │       │       └────────── count of scripts
 *       │       └────────────────── summary
 *       └────────────────────────── result
 */
export const statusResult: Codec<StatusResult> = {
  size: ({ result, status }) => i32.size(result) + (status === null ? 0 : eventStatus.size(status)),
  put({ result, status }, bytes, offset) {
    if ((result === 0) !== (status !== null)) {
      throw new RangeError(
        `Cannot encode STATUS: expected a status with result 0 only, got result ${result}`,
      );
    }
    const end = i32.put(result, bytes, offset);
    return status === null ? end : eventStatus.put(status, bytes, end);
  },
  take(bytes, offset) {
    const [result, start] = takeWithin('result', i32, bytes, offset);
    if (result !== 0) return [{ result, status: null }, start];
    const [status, end] = eventStatus.take(bytes, start);
    return [{ result, status }, end];
  },
};
