import type { Act, Command, Files, Paths, Services } from '../../plugin-api/context.ts';
import { hasProgram } from '../../process/executable.ts';
import type { Environment } from '../../process/environment.ts';
import { Failure } from '../../plugin-api/failure.ts';

type Operation = 'start' | 'stop' | 'restart' | 'reload';

/** Makes `service`: the platform's own way, found afresh, since an administrator may install another. */
export function createServices(act: Act, files: Files, paths: Paths, environment: Environment): Services {
  const operate =
    (operation: Operation): Services['start'] =>
    async (name, { nice = false, quiet = false } = {}) => {
      const command = await serviceCommand(name, operation);
      return act(nice ? ['nice', ...command] : command, { quiet });
    };

  async function serviceCommand(name: string, operation: Operation): Promise<Command> {
    if (hasProgram('service', environment)) return ['service', name, operation];
    if (hasProgram('systemctl', environment)) return ['systemctl', operation, name];
    for (const directory of ['init.d', 'rc.d/init.d']) {
      const script = `${paths.sysEtcDir}/${directory}/${name}`;
      if (await files.isExecutable(script)) return [script, operation];
    }
    throw new Failure(`Cannot ${operation} ${name}: no service, systemctl or init script for it`);
  }

  return {
    start: operate('start'),
    stop: operate('stop'),
    restart: operate('restart'),
    reload: operate('reload'),
  };
}
