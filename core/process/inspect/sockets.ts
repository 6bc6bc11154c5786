import { readBounded, readLink } from './read-bounded.ts';

/** Most bytes that are read of a table of sockets. A table has about 150 bytes for each socket. */
const tableBytesMax = 4 * 1024 * 1024;

/** The names of TCP states, by their number in /proc/net/tcp (proc(5)). */
const tcpStates: Readonly<Record<string, string>> = {
  '01': 'ESTABLISHED',
  '02': 'SYN-SENT',
  '03': 'SYN-RECV',
  '04': 'FIN-WAIT-1',
  '05': 'FIN-WAIT-2',
  '06': 'TIME-WAIT',
  '07': 'CLOSE',
  '08': 'CLOSE-WAIT',
  '09': 'LAST-ACK',
  '0A': 'LISTEN',
  '0B': 'CLOSING',
};

/** The names of sockets by their inode, from the tables of a process's network namespace. */
export class Sockets {
  readonly #namespaces = new Map<string, ReadonlyMap<string, string>>();

  /** A socket's protocol, ends and state, or the path of a Unix socket. Undefined if the tables do not have it. */
  describe(pid: number, inode: string): string | undefined {
    const namespace = readLink(`/proc/${pid}/ns/net`) ?? `of ${pid}`;
    let names = this.#namespaces.get(namespace);
    if (names === undefined) {
      names = readTables(pid);
      this.#namespaces.set(namespace, names);
    }
    return names.get(inode);
  }
}

function readTables(pid: number): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const protocol of ['tcp', 'tcp6', 'udp', 'udp6']) {
    for (const line of tableLines(pid, protocol)) {
      const [, local, remote, state = '', , , , , , inode] = line.trim().split(/ +/);
      if (inode === undefined) continue;
      const said = protocol.startsWith('tcp') ? ` (${tcpStates[state] ?? state})` : '';
      names.set(inode, `${protocol} ${endOf(local)} to ${endOf(remote)}${said}`);
    }
  }
  for (const line of tableLines(pid, 'unix')) {
    const [, , , , , , inode, path] = line.trim().split(/ +/);
    if (inode !== undefined) names.set(inode, path === undefined ? 'unix' : `unix ${path}`);
  }
  return names;
}

const tableLines = (pid: number, name: string): string[] =>
  (readBounded(`/proc/${pid}/net/${name}`, tableBytesMax)?.toString('latin1') ?? '').split('\n').slice(1);

/** An address and port of /proc/net: hexadecimal, the address in words of the machine's (little) byte order. */
function endOf(text = ''): string {
  const [address = '', port = ''] = text.split(':');
  const bytes = Buffer.from(address, 'hex');
  if (bytes.length % 4 !== 0) return text;
  return formatEnd(bytes.swap32(), Number.parseInt(port, 16));
}

/** An address of 4 or 16 bytes with its port, IPv6 in brackets. */
export function formatEnd(address: Buffer, port: number): string {
  if (address.length === 4) return `${address.join('.')}:${port}`;
  const groups = Array.from({ length: address.length / 2 }, (_, index) => address.readUInt16BE(2 * index));
  const text = groups.map((group) => group.toString(16)).join(':');
  return `[${text.replace(/(?:^|:)0(?::0)+(?:$|:)/, '::')}]:${port}`;
}
