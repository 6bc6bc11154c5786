import { randomInt } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { commands } from '../commands/commands.ts';
import { newestTried, parseRelease, type Release } from '../ctdb-installation/release.ts';
import { readChosenDirectory } from '../links/event-directory-option.ts';
import { sayLine, warn } from '../links/output.ts';
import { UsageError } from '../links/usage-error.ts';
import { hookModules } from '../plugin-loading/module-hooks.ts';
import { describeError } from '../run/describe-error.ts';
import { loadPlugins, type LoadedDirectory } from '../simulate/load-plugins.ts';
import { faultWords, type FaultWord } from '../simulate/make-scenario.ts';
import { prepareBuiltins } from '../simulate/prepare-builtins.ts';
import type { SimulationSetting } from '../simulate/run-scenario.ts';
import { limits, readScenario, ScenarioError, type Scenario } from '../simulate/scenario.ts';
import { seedsEnd, simulate, type SimulationRequest } from '../simulate/simulate.ts';
import { wholeNumber } from '../simulate/step.ts';
import { invariants, type Invariant } from '../simulate/violation.ts';
import { watchForStall } from './watch-for-stall.ts';
import { simulationAsJson } from './simulation-as-json.ts';
import { headLines, simulationLines } from './simulation-lines.ts';

/** Most takeovers of one call: an hour's work. */
const takeoversMax = 100_000;

/** `ctdb-hook simulate [DIRECTORY]`. Answers its exit status: 0 if everything held, 1 if not, 3 if nobody can tell. */
export async function simulateCommand(words: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: words,
    options: commands.simulate.options,
    allowPositionals: true,
  });
  if (positionals.length > 1)
    throw new UsageError(`simulate: expected one directory, got "${positionals.join(' ')}"`);
  const directory = readChosenDirectory({ dir: positionals[0] });
  const options = {
    nodes: number('nodes', values.nodes, limits.nodes),
    addresses: number('addresses', values.addresses, limits.addresses),
    takeovers: number('takeovers', values.takeovers, { min: 1, max: takeoversMax }),
    seed:
      values.seed === undefined
        ? randomInt(seedsEnd)
        : number('seed', values.seed, { min: 0, max: seedsEnd - 1 }),
    release: releaseOf(values.release),
    faults: values.faults === 'none' ? [] : listed<FaultWord>('faults', values.faults, faultWords),
    without: new Set(
      values.without === undefined
        ? []
        : listed<Invariant>('without', values.without, Object.keys(invariants) as Invariant[]),
    ),
  };
  const scenario = values.scenario === undefined ? undefined : scenarioIn(values.scenario);
  watchForStall();
  const prepare = values.prepare === undefined ? () => undefined : await preparationIn(values.prepare);
  const loaded = await loadPlugins(directory.entries).catch((error: unknown) =>
    describeError(error, undefined),
  );
  if (typeof loaded === 'string') return cannotTell(loaded);
  for (const { name, why } of values.json ? [] : loaded.leftOut) sayLine(`not simulated: ${name}: ${why}`);
  if (loaded.plugins.length === 0) return cannotTell(`there is no plugin to simulate in ${directory.path}`);
  return run(
    { ...options, ...loaded, prepare, ...(scenario !== undefined && { scenario }) },
    loaded,
    values.json,
  );
}

async function run(
  request: Omit<SimulationRequest, 'prepare'> & Pick<SimulationSetting, 'prepare'>,
  loaded: LoadedDirectory,
  isJson: boolean,
): Promise<number> {
  const names = request.plugins.map(({ name }) => name);
  const { prepare } = request;
  if (!isJson) for (const line of headLines(request)) sayLine(line);
  const began = performance.now();
  const result = await simulate({
    ...request,
    async prepare(node) {
      prepareBuiltins(node, names);
      await prepare(node);
    },
  });
  const tookMs = performance.now() - began;
  if (isJson) sayLine(JSON.stringify(simulationAsJson(request, loaded, result, tookMs)));
  else for (const line of simulationLines(request, result, tookMs)) sayLine(line);
  if (result.refused !== undefined)
    return cannotTell(`${result.refused}\nin the module that --prepare names`);
  return result.failure === undefined ? 0 : 1;
}

function cannotTell(why: string): number {
  warn(`ctdb-hook: simulate: ${why}`);
  return 3;
}

function number(
  name: string,
  text: string,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const value = wholeNumber(text, min, max);
  if (value === undefined)
    throw new UsageError(`simulate: --${name} is "${text}", expected a whole number from ${min} to ${max}`);
  return value;
}

function releaseOf(text: string | undefined): Release {
  if (text === undefined) return newestTried;
  const release = parseRelease(text);
  if (release === undefined)
    throw new UsageError(`simulate: --release is "${text}", expected one such as 4.17`);
  return release;
}

function listed<Word extends string>(
  name: string,
  text: string | undefined,
  choices: readonly Word[],
): readonly Word[] {
  if (text === undefined) return choices;
  return text.split(',').map((word) => {
    const choice = choices.find((each) => each === word.trim());
    if (choice === undefined)
      throw new UsageError(`simulate: --${name} has "${word}", expected some of ${choices.join(', ')}`);
    return choice;
  });
}

function scenarioIn(file: string): Scenario {
  try {
    const { size } = statSync(file);
    if (size > limits.bytes.max)
      throw new UsageError(`simulate: ${file} has ${size} bytes, expected ${limits.bytes.max} at most`);
    return readScenario(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { message } = error as Error;
    throw new UsageError(
      `simulate: ${error instanceof ScenarioError ? message : `cannot read ${file}: ${message}`}`,
    );
  }
}

async function preparationIn(file: string): Promise<SimulationSetting['prepare']> {
  hookModules();
  try {
    const { default: prepare } = (await import(pathToFileURL(resolve(file)).href)) as {
      readonly default?: unknown;
    };
    if (typeof prepare !== 'function') throw new Error('it has no function as its default export');
    return prepare as SimulationSetting['prepare'];
  } catch (error) {
    throw new UsageError(
      `simulate: --prepare ${file}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
