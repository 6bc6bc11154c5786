import type { RpcReply } from './reply.ts';

/** libtirpc's text for a reply that is not a success, after `RPC: `. */
export function describeReply(reply: Exclude<RpcReply, { readonly kind: 'success' }>): string {
  switch (reply.kind) {
    case 'version-mismatch':
      return `Program/version mismatch; low version = ${reply.low}, high version = ${reply.high}`;
    case 'rpc-version-mismatch':
      return `Incompatible versions of RPC; low version = ${reply.low}, high version = ${reply.high}`;
    case 'program-unavailable':
      return 'Program unavailable';
    case 'procedure-unavailable':
      return 'Procedure unavailable';
    case 'garbage-arguments':
      return "Server can't decode arguments";
    case 'system-error':
      return 'Remote system error';
    case 'failed':
      return 'Failed (unspecified error)';
    case 'denied': {
      // libtirpc reads it as a number with a sign.
      const why = denials[reply.status] ?? `(unknown authentication error - ${reply.status | 0})`;
      return `Authentication error; why = ${why}`;
    }
  }
}

/** The same text without numbers and reasons, as libtirpc has it for a look-up. */
export const describeBriefly = (reply: Exclude<RpcReply, { readonly kind: 'success' }>): string =>
  describeReply(reply).split(';', 1)[0] ?? '';

/** libtirpc's texts for `auth_stat`, RFC 5531 9. */
const denials: Readonly<Record<number, string>> = {
  0: 'Authentication OK',
  1: 'Invalid client credential',
  2: 'Server rejected credential',
  3: 'Invalid client verifier',
  4: 'Server rejected verifier',
  5: 'Client credential too weak',
  6: 'Invalid server verifier',
  7: 'Failed (unspecified error)',
};
