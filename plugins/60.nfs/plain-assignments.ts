/**
 * Evaluates lines of shell that do nothing but set variables, without a shell; undefined for any that need one.
 *
 * Understood are `NAME=word`, `NAME="..."` and `NAME='...'` with `$NAME` and `${NAME}` outside of single quotes. Blank
 * lines and those that begin with `#` are passed over. A variable that is not known here may be one of CTDB's functions file.
 *
 * @param names those that may be set, and what they are before.
 * @param environment what else the values may use.
 */
export function evaluatePlainly<Name extends string>(
  text: string,
  names: Readonly<Record<Name, string>>,
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<Name, string>> | undefined {
  if (/[^\t\n\x20-\x7e]/.test(text)) return undefined;
  const values = new Map<string, string | undefined>([
    ...Object.entries(environment),
    ...Object.entries<string>(names),
  ]);
  const lookUp = (name: string): string | undefined =>
    ownToShells.test(name) ? undefined : values.get(name);
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name = '', value = ''] = assignment.exec(line) ?? [];
    if (!Object.hasOwn(names, name)) return undefined;
    const evaluated = evaluate(value, lookUp);
    if (evaluated === undefined) return undefined;
    values.set(name, evaluated);
  }
  return Object.fromEntries(Object.keys(names).map((name) => [name, values.get(name)])) as Readonly<
    Record<Name, string>
  >;
}

/** A name, and a word that is plain or in one pair of quotes. Nothing here is left to the shell's judgement. */
const assignment =
  /^([A-Za-z_]\w*)=("(?:[^"\\$`!]|\$\w+|\$\{\w+\})*"|'[^'\\]*'|(?:[\w./:,@%+-]|\$[A-Za-z_]\w*|\$\{\w+\})*)$/;

/** Variables that a shell sets itself, and the one that our reading by `sh` uses. */
const ownToShells = /^(?:\d.*|_|IFS|LINENO|OLDPWD|OPT\w*|PPID|PS\d|PWD|RANDOM|SECONDS|line|[A-Z]*BASH\w*)$/;

function evaluate(value: string, lookUp: (name: string) => string | undefined): string | undefined {
  if (value.startsWith("'")) return value.slice(1, -1);
  const text = value.startsWith('"') ? value.slice(1, -1) : value;
  const unknown: string[] = [];
  const evaluated = text.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (all, braced?: string, bare?: string) => {
    const found = lookUp(braced ?? bare ?? '');
    if (found === undefined) unknown.push(all);
    return found ?? '';
  });
  return unknown.length === 0 ? evaluated : undefined;
}
