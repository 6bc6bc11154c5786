import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Removes declarations to which no import leads from these; the compiler writes one for each module that it has read. */
export function keepReachedTypes(folder: string, firsts: readonly string[]): void {
  const reached = new Set<string>();
  const reach = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, name = ''] of text.matchAll(/(?:\bfrom |\bimport\()['"](\.[^'"]+)\.ts['"]/g)) {
      const found = `${join(dirname(file), name)}.d.ts`;
      if (!existsSync(found)) throw new Error(`${file} imports ${name}, expected ${found}`);
      reach(found);
    }
  };
  for (const first of firsts) reach(join(folder, first));
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).reverse()) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !reached.has(path)) rmSync(path, { force: true });
    if (entry.isDirectory() && ![...reached].some((file) => file.startsWith(`${path}/`)))
      rmSync(path, { recursive: true, force: true });
  }
}
