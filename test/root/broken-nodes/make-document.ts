/** Writes the table into README.md beside this file: `.config/node --conditions=source test/root/broken-nodes/make-document.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answersDocument } from './document.ts';

const path = join(import.meta.dirname, 'README.md');
const text = readFileSync(path, 'utf8');
const table = `<!-- table -->\n\n${answersDocument()}\n<!-- /table -->`;
writeFileSync(
  path,
  text.replace(/<!-- table -->[^]*<!-- \/table -->/, () => table),
);
