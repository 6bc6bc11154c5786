import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package/package-root.ts';
import { readme } from '../docs/readme.ts';
import { figures } from './readme-figures.ts';
import { replacePart } from './readme-part.ts';

/** Where the benchmarks write what they have measured. */
export const benchReadme = 'test/bench/README.md';

/** Writes parts of it, by their names, and what README.md shows of it. */
export async function writeFigures(parts: Readonly<Record<string, string>>): Promise<void> {
  const written = Object.entries(parts).reduce(
    (whole, [name, part]) => replacePart(whole, name, part),
    readme(benchReadme),
  );
  const shown = replacePart(readme(), 'figures', await figures(written));
  writeFileSync(join(packageRoot, benchReadme), written);
  writeFileSync(join(packageRoot, 'README.md'), shown);
}
