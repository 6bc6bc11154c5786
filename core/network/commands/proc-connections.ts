import { readFileSync } from 'node:fs';
import { canonicalIp } from '../../events/address.ts';
import type { Connection } from '../network.ts';

/**
 * The established connections to an address as /proc/net/tcp and tcp6 have them; undefined if neither can be read.
 *
 *       0: 0100000A:1B59 C800000A:D431 01 00000000:00000000 ...
 *          │        │    │             └── established
 *          │        │    └──────────────── the client's end
 *          │        └───────────────────── port, in hexadecimal
 *          └────────────────────────────── 10.0.0.1, in words of the processor's byte order
 *
 * Format: proc(5)
 */
export function readProcConnections(proc: string, ip: string): readonly Connection[] | undefined {
  const tables = ['tcp', 'tcp6'].flatMap((name) => {
    try {
      return [readFileSync(`${proc}/net/${name}`, 'latin1')];
    } catch {
      return [];
    }
  });
  if (tables.length === 0) return undefined;
  return tables
    .flatMap((table) => table.split('\n').slice(1))
    .flatMap((line) => {
      const [, local = '', peer = '', state] = line.trim().split(/\s+/);
      const [server, client] = [endOf(local), endOf(peer)];
      if (state !== established || server?.ip !== ip || client === undefined) return [];
      return [{ server: textOf(server), client: textOf(client) }];
    });
}

const established = '01';

interface End {
  readonly ip: string;
  readonly port: number;
}

function endOf(text: string): End | undefined {
  const [, words = '', port = ''] = /^((?:[\dA-F]{8}){1,4}):([\dA-F]{4})$/.exec(text) ?? [];
  const bytes = Buffer.from(words, 'hex');
  if (bytes.length !== 4 && bytes.length !== 16) return undefined;
  // Linux runs on x64 and arm64 with the lowest byte first.
  bytes.swap32();
  return { ip: ipOf(bytes), port: Number.parseInt(port, 16) };
}

function ipOf(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  const isMapped = bytes.toString('hex', 0, 12) === '00000000000000000000ffff';
  if (isMapped) return bytes.subarray(12).join('.');
  return canonicalIp((bytes.toString('hex').match(/.{4}/g) ?? []).join(':')) ?? '';
}

const textOf = ({ ip, port }: End): string => `${ip.includes(':') ? `[${ip}]` : ip}:${port}`;
