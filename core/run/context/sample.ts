import type { Observing, Probe } from '../../plugin-api/context.ts';
import type { Group } from '../../process/backend.ts';
import type { Environment } from '../../process/environment.ts';
import { EntryOutput } from '../entry-output.ts';
import { inlineSampling } from '../sampling/inline-sampling.ts';
import type { Sampling } from '../sampling/sampling.ts';
import { createCommands } from './commands.ts';
import { findDirectories } from './find-directories.ts';
import { createRpc } from './rpc.ts';

/** What `sample` is made from. */
export interface SampleSetting {
  readonly name: string;
  readonly environment: Environment;
  readonly group: Group;
  readonly signal: AbortSignal;
  readonly sampling?: Sampling;
}

/** Makes `sample` for one plugin at one event. */
export function createSample(setting: SampleSetting): Observing<unknown>['sample'] {
  const { name: plugin, environment, group, signal, sampling = inlineSampling } = setting;
  return (name, limits, probe) =>
    sampling.sample({
      plugin,
      name,
      limits,
      signal,
      probe: (stop) => probe(createProbe({ plugin, environment, group }, stop)),
    });
}

function createProbe(
  setting: { readonly plugin: string; readonly environment: Environment; readonly group: Group },
  signal: AbortSignal,
): Probe {
  const output = new EntryOutput(); // Of a check only the answer counts.
  const { run } = createCommands({ ...setting, output, deadline: Infinity, signal, outlivesEvent: true });
  return {
    signal,
    run,
    rpc: createRpc(signal),
    findDirectories: (paths) => findDirectories(paths, { ...setting, signal }),
  };
}
