import { isDisabled, isTimedOut, scriptResultOf } from '../../process/exit-code.ts';
import type { Entry } from '../../event-directory/entry.ts';
import { isFinding, readLines } from '../read-lines.ts';
import type { Finding, Rule } from '../rule.ts';
import { scriptsOf } from '../subject.ts';

/** An `exit` with a number; the rest of the line may have more. */
const exits = /\bexit[ \t]+(\d{1,3})\b/g;

/** What CTDB makes of scripts otherwise than their authors meant it. */
export const scriptHabits: Rule = {
  id: 'script-habits',
  summary: 'scripts say what their authors mean: exit statuses, line ends, interpreters',
  scope: 'files',
  async check(subject) {
    const found = await Promise.all(scriptsOf(subject).map(findingsOf));
    return found.flat();
  },
};

async function findingsOf({ path, disabled }: Entry): Promise<readonly Finding[]> {
  // Without the right to execute it, it is disabled as CTDB's own commands disable one.
  if (disabled !== undefined && !disabled.includes('interpreter')) return [];
  const read = await readLines(path);
  if (read === undefined) return [];
  if (isFinding(read)) return read.what.startsWith('has ') ? [] : [read]; // A program may be large.
  if (!read.text.startsWith('#!') && disabled === undefined) return []; // A program.
  const { lines } = read;
  const crlf = lines.findIndex((line) => line.endsWith('\r'));
  return [
    ...(disabled === undefined ? [] : [notRun(path, disabled, crlf === 0)]),
    ...(crlf > 0 || (crlf === 0 && disabled === undefined)
      ? [
          {
            severity: 'warning' as const,
            path,
            line: crlf + 1,
            what: 'lines end in CRLF: a shell takes CR for a part of the last word',
            hint: 'sed -i "s/\\r$//"',
          },
        ]
      : []),
    ...lines.flatMap((line, index) => exitFindings(path, line, index + 1)),
  ];
}

/** It may be executed, so somebody wants it to run; and CTDB passes it over. */
function notRun(path: string, why: string, isCrlf: boolean): Finding {
  const finding = {
    severity: 'error',
    path,
    line: 1,
    what: `CTDB shows it as disabled and goes on without it: ${why}`,
  } as const;
  if (isCrlf)
    return {
      ...finding,
      hint: 'its lines end in CRLF, so that CR is a part of the interpreter’s name: sed -i "s/\\r$//"',
    };
  return {
    ...finding,
    hint: 'its first line is to be #! and the path of an interpreter, without anything before it',
  };
}

function exitFindings(path: string, line: string, number: number): Finding[] {
  const code = line.replace(/(?:^|\s)#.*/, '');
  return [...code.matchAll(exits)].flatMap(([, digits]): Finding[] => {
    const status = Number(digits);
    const meaning = meaningOf(status);
    if (meaning === undefined) return [];
    return [
      {
        severity: 'warning',
        path,
        line: number,
        what: `exit ${status}: ${meaning}`,
        hint: 'use 0 for success, and 1 for failure',
      },
    ];
  });
}

/** What CTDB makes of an exit status, if that is not what it says. */
function meaningOf(status: number): string | undefined {
  if (status < 64 || status > 254) return undefined;
  const result = scriptResultOf({ kind: 'exited', code: status });
  if (result === 0) return 'CTDB takes it for success';
  if (isDisabled(result))
    return 'CTDB takes the script for disabled, and the event goes on as if it had succeeded';
  if (isTimedOut(result)) return 'CTDB takes the script for one that timed out';
  return `CTDB takes it for errno ${status - 64}, and shows ${result}`;
}
