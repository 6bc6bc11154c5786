import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { askProgram } from './ask-program.ts';
import { assumedInstallation } from './assumed-installation.ts';
import type { HelperDirectory } from './helper-directories.ts';
import type { InstalledPlaces, Installation } from './installed-places.ts';
import { newestTried, newsOf, parseRelease } from './release.ts';

/** The questions to `ctdb-path` for each place. `rundir` is not among them, because 4.25 does not know it. */
const pathQuestions: Readonly<Record<keyof InstalledPlaces, readonly string[]>> = {
  base: ['etcdir'],
  varDir: ['vardir'],
  eventdSocket: ['socket', 'eventd'],
  eventdPidFile: ['pidfile', 'eventd'],
  ctdbdSocket: ['socket', 'ctdbd'],
  ctdbdPidFile: ['pidfile', 'ctdbd'],
};

/** A socket that no CTDB has. */
const probe = '/ctdb-hook/probe';

/** The first release that has `ctdb-path`. */
const pathSince = [4, 9] as const;

/** Asks the programs of an installation everything. What they do not say is assumed, and reported. */
export function askInstallation({ path: helperDir, prefix }: HelperDirectory): Installation {
  const questions = new Questions();
  const text = questions.ask(
    {
      program: `${prefix ?? ''}/bin/ctdb`,
      words: ['version'],
      expected: 'a release such as 4.22.0',
      isRight: (said) => parseRelease(said) !== undefined,
    },
    newestTried.text,
    `the release is taken to be ${newestTried.text}`,
  );
  const release = parseRelease(text) ?? newestTried;
  const assumed = { ...assumedInstallation(release), helperDir, release: text };
  const news = newsOf(release);
  if (news !== undefined) questions.problems.push(news);
  const program = join(helperDir, 'ctdb-path');
  if (!existsSync(program)) {
    if (release.isFrom(...pathSince)) questions.problems.push(`${program} is missing: ${inWords(assumed)}`);
    return { ...assumed, problems: questions.problems };
  }
  const places = askPlaces(questions, program, assumed);
  const socket = { program, words: pathQuestions.ctdbdSocket, environment: { CTDB_SOCKET: probe } };
  const obeysCtdbSocket = questions.isAnswer(socket, probe) ?? assumed.obeysCtdbSocket;
  return { ...assumed, ...places, obeysCtdbSocket, problems: questions.problems };
}

function askPlaces(questions: Questions, program: string, assumed: Installation): Partial<InstalledPlaces> {
  const places = Object.entries(pathQuestions) as [keyof InstalledPlaces, readonly string[]][];
  return Object.fromEntries(
    places.map(([place, words]) => {
      const question = { program, words, expected: 'an absolute path', isRight: isPath };
      return [place, questions.ask(question, assumed[place], `${assumed[place]} is assumed`)];
    }),
  );
}

/** Whether it is a path: at most PATH_MAX long, and without characters that cannot be shown. */
const isPath = (text: string): boolean => /^\/[^\0-\x1f\x7f]{0,4094}$/.test(text);

const inWords = ({ eventdSocket, eventdPidFile, ctdbdSocket, base, varDir }: InstalledPlaces): string =>
  `${[eventdSocket, eventdPidFile, ctdbdSocket, base, varDir].join(', ')} are assumed`;

interface Question {
  readonly program: string;
  readonly words: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Asks one question after another. After an answer that was late it asks no more: an event may be waiting. */
class Questions {
  readonly problems: string[] = [];
  #isLate = false;

  /** The answer; or else `otherwise`, and a problem that ends with `instead`. */
  ask(
    question: Question & { readonly expected: string; readonly isRight: (said: string) => boolean },
    otherwise: string,
    instead: string,
  ): string {
    const said = this.#ask(question);
    if (said === undefined) {
      this.problems.push(`${inShell(question)} was not asked: ${instead}`);
      return otherwise;
    }
    if ('text' in said && question.isRight(said.text)) return said.text;
    const what =
      'text' in said
        ? `says ${JSON.stringify(said.text.slice(0, 200))}, expected ${question.expected}`
        : said.how;
    this.problems.push(`${inShell(question)} ${what}: ${instead}`);
    return otherwise;
  }

  /** Whether the answer is this one; undefined if there is none. */
  isAnswer(question: Question, text: string): boolean | undefined {
    const said = this.#ask(question);
    return said === undefined || 'how' in said ? undefined : said.text === text;
  }

  #ask({ program, words, environment }: Question): ReturnType<typeof askProgram> | undefined {
    if (this.#isLate) return undefined;
    const said = askProgram(program, words, environment);
    this.#isLate = 'how' in said && said.isLate;
    return said;
  }
}

const inShell = ({ program, words }: Question): string => [program, ...words].join(' ');
