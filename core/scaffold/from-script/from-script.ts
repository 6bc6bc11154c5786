import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'unbash';
import type { PluginTexts } from '../plan-project.ts';
import type { PluginName } from '../plugin-name.ts';
import { ScaffoldError } from '../scaffold-error.ts';
import { readHandlers } from './handlers.ts';
import { proposedOptions, proposedPlugin, proposedTest, type Proposal } from './proposal-texts.ts';
import { shapeOf } from './script-shape.ts';
import { ScriptSource } from './script-source.ts';
import { Statements } from './statements.ts';

/** Most bytes of a script. */
const bytesMax = 256 * 1024;

/**
 * Proposes a plugin for what a script of CTDB does: a handler for each branch of its `case "$1"`, its options and commands. Nothing of
 * the script runs. What is not understood stands beside as comments.
 *
 * @throws ScaffoldError if it cannot be read, or is no script; the error of the file system
 */
export function fromScript(name: PluginName, path: string): PluginTexts {
  const bytes = readFileSync(path);
  if (bytes.length > bytesMax)
    throw new ScaffoldError(`${path} has more than ${bytesMax} bytes, and is no event script`);
  return proposeFor(name, basename(path), bytes.toString('utf8'));
}

/** The same for the text of a script. */
export function proposeFor(name: PluginName, script: string, text: string): PluginTexts {
  const proposal = readScript(script, text);
  return {
    plugin: proposedPlugin(proposal),
    options: proposedOptions(name, proposal),
    test: proposedTest(name, proposal),
  };
}

function readScript(script: string, text: string): Proposal {
  const source = new ScriptSource(text);
  const parsed = parse(text);
  const [error] = parsed.errors ?? [];
  // Of a script with errors nothing is sure.
  if (error !== undefined)
    return {
      script,
      fault: `line ${source.lineAt(error.pos)}: ${error.message}`,
      options: new Map(),
      handlers: [],
      before: [],
      openBefore: 0,
      others: source.rest(),
      functions: [],
    };
  const shape = shapeOf(parsed);
  const statements = new Statements(source);
  const { handlers, before, others } = readHandlers(shape, statements, (node) => {
    source.place(node);
  });
  if (shape.main !== undefined) source.place({ ...shape.main, end: shape.main.word.end });
  const left = [...shape.functions].filter(([each]) => !statements.inlined.has(each));
  const functions = left.flatMap(([, statement]) => source.comments(statement).lines);
  return {
    script,
    fault: shape.main === undefined ? 'there is no case "$1" whose branches would be the events' : undefined,
    options: shape.options,
    handlers,
    before: before.lines,
    openBefore: before.openLines,
    others: [
      ...others,
      ...source
        .rest()
        .filter(
          (line) => !/^\/\/ \d+:\s*(?:\w+(?:\s*\|\s*\w+)*\)|;;|esac|[{}]|[\w-]+\s*\(\)\s*\{?)\s*$/.test(line),
        ),
    ],
    functions,
  };
}
