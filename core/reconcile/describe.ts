import type { PublicAddress } from '../events/address.ts';
import type { Difference } from './compare.ts';
import { isNoAnswer, type Views } from './views.ts';

/** A difference in one line: what each of the three says, and what it means. */
export function describeDifference(difference: Difference): string {
  const { ip, ledger, kernel, ctdb } = difference;
  const said = [
    ...(ledger === undefined ? [] : [`ledger: ${ledger === null ? 'not held' : placeOf(ledger)}`]),
    ...(kernel === undefined ? [] : [`kernel: ${kernel.map(placeOf).join(' and ') || 'nowhere'}`]),
    ...(ctdb === undefined ? [] : [`ctdb: ${typeof ctdb === 'number' ? `node ${ctdb}` : hostText[ctdb]}`]),
  ];
  return `${ip}: ${meaningOf(difference)} (${said.join(', ')})`;
}

/** The line for no difference: which of the three agree, or that there is nothing to compare. */
export function describeAgreement({ ledger, kernel, ctdb }: Views): string {
  const heard = Object.entries({ ledger, kernel, ctdb }).flatMap(([name, word]) =>
    isNoAnswer(word) ? [] : [name],
  );
  const held = isNoAnswer(kernel) ? '' : `, ${kernel.length} on this node`;
  const known = isNoAnswer(ctdb) ? '' : `${counted(ctdb.hosts.size)}${held}: `;
  return heard.length < 2 ? 'nothing to compare' : `${known}${listOf(heard)} agree`;
}

const counted = (count: number): string => `${count} public address${count === 1 ? '' : 'es'}`;

const placeOf = ({ iface, maskBits }: PublicAddress): string => `${iface}/${maskBits}`;

const hostText = { 'this node': 'this node', 'no node': 'no node', unknown: 'no such address' } as const;

function meaningOf({ onNode, isLedgerWrong }: Difference): string {
  const ledger = isLedgerWrong ? ['the ledger is wrong'] : [];
  switch (onNode) {
    case 'left over':
      return ['left over on this node', ...ledger].join(', ');
    case 'missing':
      return ['missing on this node', ...ledger].join(', ');
    case undefined:
      return ledger.join();
  }
}

const listOf = (names: readonly string[]): string =>
  names.length < 3 ? names.join(' and ') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
