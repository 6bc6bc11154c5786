/** Writes plugins/REFERENCE.md anew: `npm run reference`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceOf, referencePath } from './reference.ts';

const root = join(import.meta.dirname, '../..');
writeFileSync(join(root, referencePath), await referenceOf(root));
