import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package/package-root.ts';

/** README.md as it stands, or another document, by its path in this repository. */
export const readme = (document = 'README.md'): string => readFileSync(join(packageRoot, document), 'utf8');

/** Its code blocks in one language, in order. */
export const codeBlocks = (language: string, document?: string): string[] =>
  allCodeBlocks(document).flatMap((block) => (block.language === language ? [block.text] : []));

/** All its code blocks, in order. */
export function allCodeBlocks(document?: string): { readonly language: string; readonly text: string }[] {
  const blocks = readme(document).matchAll(/^```(\w*)\n(.*?)^```/gms);
  return [...blocks].map(([, language = '', text = '']) => ({ language, text }));
}

/** What stands between the comments that mark a generated part. */
export function generatedPart(name: string, document?: string): string {
  return new RegExp(`<!-- ${name} -->\n(.*?)<!-- /${name} -->`, 's').exec(readme(document))?.[1] ?? '';
}
