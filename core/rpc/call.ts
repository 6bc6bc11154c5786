import type { Codec } from '../codec/codec.ts';
import { struct } from '../codec/struct.ts';
import { xdrNumber, xdrOpaque } from './xdr.ts';

/** A call of a procedure of a remote program, without its arguments. The caller is not named (AUTH_NONE). */
export interface RpcCall {
  /** Is chosen by the caller. The reply has the same as the call. */
  readonly xid: number;
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
}

/** The most bytes of a credential or verifier, RFC 5531 8.2. */
export const authBytesMax = 400;

/** A claim of identity: a flavour and its data. */
export const auth = struct<{ readonly flavour: number; readonly body: Buffer }>({
  flavour: xdrNumber,
  body: xdrOpaque(authBytesMax),
});

/**
 * A call, RFC 5531 9.
 *
 *     0x00000007 00000000 00000002 000186a0 00000002 00000000 00000000 00000000 00000000 00000000
 *       │        │        │        │        │        │        └── credential and verifier: AUTH_NONE, no bytes
 *       │        │        │        │        │        └── procedure
 *       │        │        │        │        └── version
 *       │        │        │        └── program 100000
 *       │        │        └── RPC version 2
 *       │        └── CALL
 *       └── xid
 */
export const call: Codec<RpcCall> = {
  size: () => 40,
  put(value, bytes, offset) {
    const none = { flavour: 0, body: Buffer.alloc(0) };
    return wire.put({ ...value, kind: 0, rpcVersion: 2, credential: none, verifier: none }, bytes, offset);
  },
  take(bytes, offset) {
    const [{ xid, program, version, procedure }, end] = wire.take(bytes, offset);
    return [{ xid, program, version, procedure }, end];
  },
};

const wire = struct({
  xid: xdrNumber,
  kind: xdrNumber,
  rpcVersion: xdrNumber,
  program: xdrNumber,
  version: xdrNumber,
  procedure: xdrNumber,
  credential: auth,
  verifier: auth,
});
