import type { PublicAddress } from '../events/address.ts';
import type { HeldAddress } from './held.ts';
import type { Sql } from './ledger-file.ts';

/** Records that the node holds this address there: taken if it was not held, moved if it was held elsewhere. */
export function hold(sql: Sql, { ip, iface, maskBits }: PublicAddress): void {
  const now = sql('SELECT iface, maskBits, takenSeq FROM hold WHERE ip = ? AND toSeq IS NULL').get(ip);
  if (now !== undefined && now['iface'] === iface && now['maskBits'] === maskBits) return;
  const seq = nextSeq(sql);
  if (now !== undefined) close(sql, ip, seq);
  const takenSeq = now?.['takenSeq'] ?? seq;
  sql('INSERT INTO hold VALUES (?, ?, ?, ?, NULL, ?)').run(ip, iface, maskBits, seq, takenSeq);
}

/** Records that the node does not hold this address. */
export function release(sql: Sql, ip: string): void {
  const now = sql('SELECT 1 FROM hold WHERE ip = ? AND toSeq IS NULL').get(ip);
  if (now !== undefined) close(sql, ip, nextSeq(sql));
}

/** Makes the table say what the kernel says: `held` is every public address on the node. */
export function reconcile(sql: Sql, held: readonly HeldAddress[]): void {
  const places = Map.groupBy(held, ({ ip }) => ip);
  const known = new Map(
    sql('SELECT ip, iface, maskBits FROM hold WHERE toSeq IS NULL')
      .all()
      .map((row) => [String(row['ip']), row]),
  );
  for (const ip of known.keys()) if (!places.has(ip)) release(sql, ip);
  for (const [ip, candidates] of places) {
    const now = known.get(ip);
    // An address can be on two interfaces at once. The interface in the ledger counts, as long as the address is there.
    const named = candidates.map((candidate) => ({ ...candidate, iface: nameOf(candidate, now?.['iface']) }));
    const there = named.filter(({ iface }) => iface === now?.['iface']);
    const best = there.find(({ maskBits }) => maskBits === now?.['maskBits']) ?? there[0] ?? named[0];
    if (best !== undefined) hold(sql, best);
  }
}

/** The addresses that are held, ordered byte by byte. */
export function openHolds(sql: Sql): readonly PublicAddress[] {
  return sql('SELECT ip, iface, maskBits FROM hold WHERE toSeq IS NULL ORDER BY ip')
    .all()
    .map((row) => ({
      ip: String(row['ip']),
      iface: String(row['iface']),
      maskBits: Number(row['maskBits']),
    }));
}

/** Removes closed holds that cover no position: nobody is still to be told of them. */
export function prune(sql: Sql): void {
  sql(`DELETE FROM hold WHERE toSeq IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM position WHERE seq >= fromSeq AND seq < toSeq)`).run();
}

/** ctdbd may know the interface by an altname; the kernel lists the address under the interface's own name. */
const nameOf = ({ iface, altnames }: HeldAddress, known: unknown): string =>
  altnames?.find((altname) => altname === known) ?? iface;

/** Ends the open hold of an address, and drops it at once if it covers no position. */
function close(sql: Sql, ip: string, seq: number): void {
  sql(`DELETE FROM hold WHERE ip = ? AND toSeq IS NULL
    AND NOT EXISTS (SELECT 1 FROM position WHERE seq >= fromSeq)`).run(ip);
  sql('UPDATE hold SET toSeq = ? WHERE ip = ? AND toSeq IS NULL').run(seq, ip);
}

const nextSeq = (sql: Sql): number =>
  Number(sql('UPDATE clock SET seq = seq + 1 RETURNING seq').get()?.['seq']);
