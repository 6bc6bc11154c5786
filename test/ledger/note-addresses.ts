/**
 * Notes addresses, as a hook process would, and prints what the ledger reported.
 *
 *   node note-addresses.ts LEDGER PREFIX COUNT
 */
import { Ledger } from '../../core/ledger/ledger.ts';

const [path = '', prefix = '', count = '0'] = process.argv.slice(2);
const report = (message: string): void => {
  process.stdout.write(`${message}\n`);
};
const ledger = Ledger.open(path, { report });
for (let host = 0; host < Number(count); host++) {
  ledger.noteTaken({ iface: 'eth0', ip: `${prefix}.${host}`, maskBits: 24 });
}
ledger.close();
