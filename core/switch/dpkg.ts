import { describeEnd } from '../process/describe-end.ts';
import { mustRun, runProgram } from './program.ts';
import { SwitchError } from './switch-error.ts';

/** A file that dpkg installs elsewhere. */
export interface Diversion {
  readonly to: string;
  /** The package whose own file is there; undefined for an administrator's diversion. */
  readonly by: string | undefined;
}

/**
 * dpkg's diversions (dpkg-divert(1)): a package's file for one path is installed at another, through all updates.
 * Equivalent to: `dpkg-divert --local --no-rename ...`. We move the files ourselves, so that there is a file at every
 * moment.
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

  /** All diverted paths whose new name is the path with this ending, among those that match a shell pattern. */
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
    // The lines are `ctdb: PATH` or `ctdb, samba: PATH`. Diversions have lines of their own.
    const line = asked.stdout
      .split('\n')
      .find((each) => each.endsWith(`: ${path}`) && !/^(?:local )?diversion /.test(each));
    return line?.slice(0, -`: ${path}`.length);
  }

  /** Has packages install at `to` what they have at `path`. */
  async divert(path: string, to: string): Promise<void> {
    await mustRun('dpkg-divert', '--local', '--no-rename', '--divert', to, '--add', path);
  }

  /** Has packages install at `path` again. */
  async undivert(path: string, to: string): Promise<void> {
    await mustRun('dpkg-divert', '--local', '--no-rename', '--divert', to, '--remove', path);
  }
}
