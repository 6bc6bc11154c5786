/** Characters that no source of TypeScript may have, or that would end a comment or a text in it. */
const unsafe =
  /[\0-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A text as a literal of TypeScript, in single quotes. */
export const quote = (text: string): string => `'${inside(text, "'")}'`;

/** What stands between the expressions of a template. */
export const templatePart = (text: string): string => inside(text, '`').replaceAll('${', '\\${');

function inside(text: string, mark: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(mark, `\\${mark}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replace(unsafe, escaped);
}

/** A line of the script as a comment, with its number. */
export const commentLine = (number: number, line: string): string =>
  `// ${number}: ${line.replace(unsafe, escaped).trimEnd()}`;
