/**
 * A README with another text between the comments that mark a generated part.
 *
 * @throws Error if it has no such part.
 */
export function replacePart(readme: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`The README has no part ${begin.trim()} ... ${end}, expected one`);
  return `${readme.slice(0, from + begin.length)}\n${text.trim()}\n\n${readme.slice(to)}`;
}
