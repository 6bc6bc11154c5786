import { describeEnd } from '../process/describe-end.ts';
import { mustRun, runProgram } from './program.ts';
import { SwitchError } from './switch-error.ts';

/** A file that dpkg installs elsewhere. */
export interface Diversion {
  readonly to: string;
  /** The package that has its own file there, or undefined for an administrator's diversion. */
  readonly by: string | undefined;
}

/**
 * dpkg's diversions (dpkg-divert(1)): what a package has at a path is kept at another one, through all updates. Equivalent
 * to: `dpkg-divert --local --no-rename ...`; files are moved by ourselves, so that no moment is without one.
 */
export class Dpkg {
  /** dpkg, if this system has it. */
  static async find(): Promise<Dpkg | undefined> {
    const asked = await runProgram('dpkg-divert', '--version');
    return asked.ended === 'not-started' && asked.errno === 'ENOENT' ? undefined : new Dpkg();
  }

  /** The diversion of a path, if there is one. */
  async diversionOf(path: string): Promise<Diversion | undefined> {
    const by = (await mustRun('dpkg-divert', '--listpackage', path)).trim();
    if (by === '') return undefined;
    const to = (await mustRun('dpkg-divert', '--truename', path)).trim();
    return { to, by: by === 'LOCAL' ? undefined : by };
  }

  /** All paths that are diverted to the same name with this ending, of those that a pattern of the shell matches. */
  async pathsDiverted(pattern: string, ending: string): Promise<string[]> {
    const lines = (await mustRun('dpkg-divert', '--list', pattern)).split('\n');
    return lines.flatMap((line) => {
      const [, path, to] = /^local diversion of (.*) to (.*)$/.exec(line) ?? [];
      return path !== undefined && to === path + ending ? [path] : [];
    });
  }

  /** The package that a path belongs to, if any does. */
  async packageOf(path: string): Promise<string | undefined> {
    const asked = await runProgram('dpkg-query', '--search', path);
    if (asked.ended !== 'exited') throw new SwitchError(`dpkg-query --search ${path} ${describeEnd(asked)}`);
    // `ctdb: PATH`, `ctdb, samba: PATH`; diversions have lines of their own.
    const line = asked.stdout
      .split('\n')
      .find((each) => each.endsWith(`: ${path}`) && !/^(?:local )?diversion /.test(each));
    return line?.slice(0, -`: ${path}`.length);
  }

  /** Has what packages have at `path` installed at `to`. */
  async divert(path: string, to: string): Promise<void> {
    await mustRun('dpkg-divert', '--local', '--no-rename', '--divert', to, '--add', path);
  }

  /** Has it installed at `path` again. */
  async undivert(path: string, to: string): Promise<void> {
    await mustRun('dpkg-divert', '--local', '--no-rename', '--divert', to, '--remove', path);
  }
}
