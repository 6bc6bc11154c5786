import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { eventd } from '../support/eventd-node.ts';
import { ctdb } from '../support/installed-ctdb.ts';

/** A place with a CTDB in which programs can be run: this machine, or a root of another system. */
export interface ProgramRoot {
  /** What stands before a path of it to reach it from here; empty for this machine. */
  readonly path: string;
  /** What stands before a command to run it there, such as `chroot PATH`. */
  readonly enter: readonly string[];
  /** Where CTDB's helper programs are in it. */
  readonly helperDir: string;
  /** The release of its CTDB, as `ctdb version` says. */
  readonly release: string;
  /** This project's bin/ctdb-eventd in it, with all that it needs. */
  readonly eventd: string;
}

/** This machine, with the CTDB that is installed. */
export const thisMachine: ProgramRoot = {
  path: '',
  enter: [],
  helperDir: ctdb.helperDir,
  release: ctdb.release,
  eventd,
};

/** How a command in a root ended. */
export interface Said {
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command there, with these variables and no others. */
export async function runIn(
  { enter }: ProgramRoot,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Said> {
  const [file = 'env', ...args] = [...enter, 'env', '-i', ...assignments(environment), ...words];
  const ended = await execa(file, args, { reject: false, stdin: 'ignore', timeout: 60_000 });
  return { status: ended.exitCode, stdout: ended.stdout, stderr: ended.stderr };
}

/** Variables as env(1) takes them. */
export const assignments = (environment: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(environment).map(([name, value]) => `${name}=${value}`);

/** A directory of one's own that is there inside and outside, by its path inside, until it is removed. */
export function makeScratch({ path }: ProgramRoot): { readonly inside: string; readonly remove: () => void } {
  const places = ['/var/tmp', '/tmp'].filter((place) => existsSync(join(path, place)));
  const made = mkdtempSync(join(path, places[0] ?? '/', 'answers-'));
  const inside = made.slice(path.length);
  return {
    inside: inside.startsWith('/') ? inside : `/${inside}`,
    remove: () => {
      rmSync(made, { recursive: true, force: true });
    },
  };
}
