import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package-root.ts';

/** README.md as it stands. */
export const readme = (): string => readFileSync(join(packageRoot, 'README.md'), 'utf8');

/** Its code blocks in one language, in order. */
export function codeBlocks(language: string): string[] {
  const blocks = readme().matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'));
  return [...blocks].map(([, text = '']) => text);
}

/** What stands between the comments that mark a generated part. */
export function generatedPart(name: string): string {
  return new RegExp(`<!-- ${name} -->\n(.*?)<!-- /${name} -->`, 's').exec(readme())?.[1] ?? '';
}
