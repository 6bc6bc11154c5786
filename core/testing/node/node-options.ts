import { join } from 'node:path';
import { type Assigned, evaluateAssignments, parseAssignments } from '../../ctdb-config/assignments.ts';
import { optionEnvironment } from '../../ctdb-config/option-files.ts';
import type { OptionVariable, OptionVariables } from '../../ctdb-config/option-variables.ts';
import type { CtdbPaths } from '../../ctdb-installation/paths.ts';
import { runDirectoryFiles } from '../../ctdb-installation/run-directory-files.ts';
import { TextFileError } from '../../files/text-file.ts';
import type { GoodVariables } from '../../run/options/last-good-options.ts';
import type { OptionSource } from '../../run/options/option-source.ts';
import type { PluginOptionsRequest } from '../../run/options/plugin-options.ts';
import { fakePaths, type World } from '../world/world.ts';

/** All paths of CTDB on a fake node. */
export const fakeCtdbPaths: CtdbPaths = {
  ...fakePaths,
  ...runDirectoryFiles('/run/ctdb'),
  ctdbdSocket: '/run/ctdb/ctdbd.socket',
  varDir: '/var/lib/ctdb',
  ownRunDir: '/run/ctdb-hook',
  ownVarDir: '/var/lib/ctdb-hook',
};

/** The file in which a test's options are. */
const scriptOptions = join(fakePaths.base, 'script.options');

/**
 * The options of a fake node, in the files in which they are on a node: `/etc/ctdb/script.options`, and `NN.name.options` in
 * `/etc/ctdb/events/legacy`. They hold assignments; whatever only a shell can read is an error here.
 */
export class NodeOptions implements OptionSource {
  readonly #world: World;
  readonly #kept = new Map<string, GoodVariables>();
  readonly #given = new Map<string, string>();
  readonly #environment: Readonly<Record<string, string>>;

  constructor(
    world: World,
    options: Readonly<Record<string, string>>,
    environment: Readonly<Record<string, string>>,
  ) {
    this.#world = world;
    this.#environment = environment;
    for (const [name, value] of Object.entries(options)) this.#given.set(name, value);
    this.#write();
  }

  /** Sets a variable, as an administrator does who edits script.options; undefined takes it out. */
  set(name: string, value: string | undefined): void {
    if (value === undefined) this.#given.delete(name);
    else this.#given.set(name, value);
    this.#write();
  }

  readonly read = (request: PluginOptionsRequest): Promise<OptionVariables> =>
    new Promise((resolve) => {
      resolve(this.#read(request));
    });

  readonly good: OptionSource['good'] = ({ name }) => this.#kept.get(name);

  readonly keep: OptionSource['keep'] = ({ name }, variables) => {
    const before = this.#kept.get(name);
    this.#kept.set(name, variables);
    const [was, is] = [before, variables].map((all) => JSON.stringify([...(all ?? [])]));
    return was === is ? undefined : before;
  };

  #read({ name, plugin }: PluginOptionsRequest): OptionVariables {
    const variables = new Map<string, OptionVariable>();
    const system = typeof plugin.systemConfig === 'string' ? plugin.systemConfig : undefined;
    const systemFiles = ['sysconfig', 'default'].flatMap((folder) =>
      system === undefined ? [] : [`/etc/${folder}/${system}`],
    );
    const files = [
      ...systemFiles.filter((path) => this.#world.files.get(path) !== undefined).slice(0, 1),
      scriptOptions,
      `${fakePaths.base}/events/legacy/${name}.options`,
    ];
    for (const file of files) this.#readFile(file, variables);
    const environment = optionEnvironment(fakeCtdbPaths, this.#environment, variables);
    return { variables, environment: Object.freeze(environment), output: '', isPlain: true };
  }

  #readFile(file: string, variables: Map<string, OptionVariable>): void {
    const problem = this.#world.faults.takeFile(file);
    if (problem !== undefined) throw new TextFileError(`${file}: cannot be read: ${problem}`);
    const text = this.#world.files.get(file);
    if (text === undefined) return;
    const parsed = parseAssignments(text);
    if (parsed.kind === 'needs sh')
      throw new TextFileError(
        `${file}:${parsed.line}: has ${parsed.because}, expected assignments only: a fake node has no shell`,
      );
    const known = Object.fromEntries([...variables].map(([name, { value }]) => [name, value]));
    const set = evaluateAssignments(parsed, { ...this.#environment, ...known }) as ReadonlyMap<
      string,
      Assigned
    >;
    for (const [name, { value, line }] of set) variables.set(name, { value, file, line });
  }

  #write(): void {
    const lines = [...this.#given].map(
      ([name, value]) => `${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`,
    );
    if (lines.length === 0) this.#world.files.remove(scriptOptions);
    else this.#world.files.set(scriptOptions, lines.join(''));
  }
}
