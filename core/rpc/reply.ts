import { takeWithin } from '../codec/codec.ts';
import { MalformedPacket } from '../codec/malformed-packet.ts';
import { auth } from './call.ts';
import { xdrNumber } from './xdr.ts';

/** The outcome of a call. */
export type RpcReply =
  /** `results` are those of the procedure. */
  | { readonly kind: 'success'; readonly results: Buffer }
  /** There is no such version of the program, or of RPC itself. `low` and `high` are the existing ones. */
  | {
      readonly kind: 'version-mismatch' | 'rpc-version-mismatch';
      readonly low: number;
      readonly high: number;
    }
  | {
      readonly kind: 'program-unavailable' | 'procedure-unavailable' | 'garbage-arguments' | 'system-error';
    }
  /** The call was accepted, with a status that RFC 5531 does not have. */
  | { readonly kind: 'failed' }
  /** `status` says why the caller was refused, RFC 5531 9 (`auth_stat`). */
  | { readonly kind: 'denied'; readonly status: number };

/** A reply and the xid of the call that it answers. */
export interface RpcReplyAnswer {
  readonly xid: number;
  readonly reply: RpcReply;
}

/**
 * Reads a reply, RFC 5531 9.
 *
 *     0x00000007 00000001 00000000 00000000 00000000 00000000 ...
 *       │        │        │        │                 │        └── results
 *       │        │        │        │                 └── SUCCESS
 *       │        │        │        └── verifier
 *       │        │        └── MSG_ACCEPTED
 *       │        └── REPLY
 *       └── xid
 *
 * @throws MalformedPacket for anything else.
 */
export function takeReply(bytes: Buffer): RpcReplyAnswer {
  const [xid, afterXid] = takeWithin('xid', xdrNumber, bytes, 0);
  const [kind, afterKind] = takeWithin('kind', xdrNumber, bytes, afterXid);
  if (kind !== 1) throw new MalformedPacket('kind', afterXid, '1 (REPLY)', `${kind}`);
  const [state, start] = takeWithin('state', xdrNumber, bytes, afterKind);
  if (state === 0) return { xid, reply: takeAccepted(bytes, start) };
  if (state === 1) return { xid, reply: takeDenied(bytes, start) };
  throw new MalformedPacket('state', afterKind, '0 (MSG_ACCEPTED) or 1 (MSG_DENIED)', `${state}`);
}

function takeAccepted(bytes: Buffer, offset: number): RpcReply {
  const [, afterVerifier] = takeWithin('verifier', auth, bytes, offset);
  const [status, start] = takeWithin('status', xdrNumber, bytes, afterVerifier);
  if (status === 0) return { kind: 'success', results: bytes.subarray(start) };
  if (status === 2) return { kind: 'version-mismatch', ...takeRange(bytes, start) };
  return { kind: refusals.get(status) ?? 'failed' };
}

function takeDenied(bytes: Buffer, offset: number): RpcReply {
  const [status, start] = takeWithin('rejection', xdrNumber, bytes, offset);
  if (status === 0) return { kind: 'rpc-version-mismatch', ...takeRange(bytes, start) };
  if (status === 1) return { kind: 'denied', status: takeWithin('why', xdrNumber, bytes, start)[0] };
  throw new MalformedPacket('rejection', offset, '0 (RPC_MISMATCH) or 1 (AUTH_ERROR)', `${status}`);
}

function takeRange(bytes: Buffer, offset: number): { readonly low: number; readonly high: number } {
  const [low, next] = takeWithin('low', xdrNumber, bytes, offset);
  return { low, high: takeWithin('high', xdrNumber, bytes, next)[0] };
}

const refusals: ReadonlyMap<
  number,
  'program-unavailable' | 'procedure-unavailable' | 'garbage-arguments' | 'system-error'
> = new Map([
  [1, 'program-unavailable'],
  [3, 'procedure-unavailable'],
  [4, 'garbage-arguments'],
  [5, 'system-error'],
]);
