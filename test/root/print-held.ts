/** Prints what `heldAddresses` says, as JSON: an array of addresses, or a text it reported. All but `::1` is public. */
import { heldAddresses } from '../../core/ledger/held.ts';

const reports: string[] = [];
const held = await heldAddresses(
  (ip) => ip !== '::1',
  (message) => reports.push(message),
);
process.stdout.write(JSON.stringify(held ?? reports.join('\n')));
