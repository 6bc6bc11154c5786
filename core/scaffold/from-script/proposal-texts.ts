import type { EventName } from '../../events/events.ts';
import type { PluginName } from '../plugin-name.ts';
import type { Handler } from './handlers.ts';
import { commentLine, quote } from './quote.ts';
import type { ScriptOption } from './script-shape.ts';

/** What was found in a script. */
export interface Proposal {
  /** The name of its file. */
  readonly script: string;
  /** Why there are no handlers. */
  readonly fault: string | undefined;
  readonly options: ReadonlyMap<string, ScriptOption>;
  readonly handlers: readonly Handler[];
  /** Comments: what is done before each event, and how many lines that are. */
  readonly before: readonly string[];
  readonly openBefore: number;
  /** Comments: what belongs to no event. */
  readonly others: readonly string[];
  /** Comments: functions of the script that no handler has in it. */
  readonly functions: readonly string[];
}

/** Events that have to succeed although something is missing: an address leaves, or all services end. */
const goOn: ReadonlySet<EventName> = new Set(['releaseip', 'shutdown']);

/** The plugin. */
export function proposedPlugin(proposal: Proposal): string {
  const { options, handlers } = proposal;
  const isOpen = handlers.some((handler) => openLines(handler, proposal) > 0);
  const bodies = handlers.map((handler) => handlerText(handler, proposal));
  const uses = new Set(handlers.flatMap(({ code }) => [...code.uses]));
  const imports = [
    'definePlugin',
    ...(isOpen || uses.has('Failure') ? ['Failure'] : []),
    ...(handlers.some(({ event, code }) => event === 'monitor' && (!code.ends || uses.has('healthy')))
      ? ['healthy']
      : []),
    ...(options.size > 0 ? ['option'] : []),
    ...(uses.has('unhealthy') ? ['unhealthy'] : []),
  ];
  return [
    `import { ${imports.join(', ')} } from 'ctdb-hook';`,
    ...(options.size > 0 ? ["import * as z from 'zod';"] : []),
    '',
    ...header(proposal),
    'export default definePlugin({',
    ...optionsText(options),
    ...bodies.flatMap((lines, index) => (index === 0 && options.size === 0 ? lines : ['', ...lines])),
    '});',
    ...(isOpen ? ['', ...unfinishedText(proposal.script)] : []),
    ...section('Functions of the script that are not part of a handler:', proposal.functions),
    ...section('What belongs to no event:', proposal.others),
    '',
  ].join('\n');
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', `// ${title}`, ...lines];

function header({ script, fault, before }: Proposal): readonly string[] {
  const [, name = ''] = /^\/\/ 0: (.*)$/.exec(commentLine(0, script)) ?? [];
  return [
    `// Proposed from ${name} by ctdb-hook new --from. What was not understood stands beside as comments, with the numbers of its lines.`,
    ...(fault === undefined ? [] : [commentLine(0, fault).replace('// 0:', '// Nothing was understood:')]),
    ...(before.length === 0
      ? []
      : ['//', '// Before each event the script does this, which is not translated:', ...before]),
  ];
}

const optionsText = (options: Proposal['options']): readonly string[] =>
  options.size === 0
    ? []
    : [
        '  options: z.object({',
        ...[...options].map(
          ([name, { default: value = '' }]) => `    ${name}: option.text(${quote(value)}),`,
        ),
        '  }),',
      ];

const openLines = ({ code }: Handler, { openBefore }: Proposal): number => code.openLines + openBefore;

function handlerText(handler: Handler, proposal: Proposal): readonly string[] {
  const { event, code } = handler;
  const open = openLines(handler, proposal);
  const uses = new Set(code.uses);
  if (open > 0 && goOn.has(event)) uses.add('log');
  const fields = [...uses].filter((use) => use.startsWith('event.')).map((use) => use.slice('event.'.length));
  const members = [...uses].filter((use) => !use.startsWith('event.') && !exported.has(use)).sort();
  const given = fields.length === 0 ? '_event' : `{ ${fields.sort().join(', ')} }`;
  const parameters =
    members.length === 0 ? (fields.length === 0 ? '' : given) : `${given}, { ${members.join(', ')} }`;
  const isAsync = code.lines.some((line) => /\bawait\b/.test(line.replace(/^\s*\/\/.*/, '')));
  return [
    `  ${isAsync ? 'async ' : ''}${event}(${parameters}) {`,
    ...(open === 0
      ? []
      : [
          `    ${goOn.has(event) ? `log(${quote(openText(open, proposal.script))})` : `unfinished(${open})`};`,
        ]),
    ...code.lines.map((line) => `    ${line}`),
    ...(event === 'monitor' && !code.ends ? ['    return healthy;'] : []),
    '  },',
  ];
}

/** What is imported, and no member of the context. */
const exported: ReadonlySet<string> = new Set(['Failure', 'healthy', 'unhealthy']);

const openText = (count: number, script: string): string =>
  `${count} ${count === 1 ? 'line of' : 'lines of'} ${script} still to be translated: see the comments`;

const unfinishedText = (script: string): readonly string[] => [
  '/** Fails an event whose handler lacks lines of the script. To be removed from each handler that is whole. */',
  'function unfinished(lines: number): void {',
  `  throw new Failure(${quote(`Lines of ${script} still to be translated, see the comments: `)} + lines);`,
  '}',
];

/** The options file, which sets nothing. */
export const proposedOptions = ({ whole }: PluginName, { options }: Proposal): string =>
  [
    `# Options of ${whole}, in shell syntax. On a node this file is beside the plugin: /etc/ctdb/events/legacy/${whole}.options`,
    ...(options.size === 0 ? ['# The script has none.'] : ['']),
    ...[...options].map(
      ([name, { default: value = '' }]) =>
        `#${name}='${value.replaceAll("'", "'\\''").replaceAll('\n', '\n#')}'`,
    ),
    '',
  ].join('\n');

/** What a handler may use for its test to be written here. */
const testable: ReadonlySet<string> = new Set(['act', 'service', 'log', 'options', 'state', ...exported]);

/** The test: of handlers that are whole, and what is to be done. */
export function proposedTest({ whole }: PluginName, proposal: Proposal): string {
  const { handlers, script } = proposal;
  const isTestable = (handler: Handler): boolean =>
    openLines(handler, proposal) === 0 &&
    [...handler.code.uses].every((use) => testable.has(use) || use.startsWith('event.')) &&
    handler.code.lines.length > 0;
  const services = servicesOf(handlers);
  const tests = handlers.map((handler) =>
    isTestable(handler)
      ? [
          `test('${handler.event} succeeds where all commands do', async () => {`,
          '  await using node = await testNode({ name, plugin });',
          '  prepare(node);',
          `  const { ok, output } = await node.raise(${raised[handler.event] ?? quote(handler.event)});`,
          '  assert.equal(ok, true, output);',
          '});',
        ]
      : // Of what is not translated a test would say nothing yet: the author's test runner lists it as still to be done.
        [`test.todo(${quote(`${handler.event}: ${todoOf(openLines(handler, proposal), script)}`)});`],
  );
  const isTested = handlers.some(isTestable);
  return [
    ...(isTested ? ["import assert from 'node:assert/strict';"] : []),
    "import { test } from 'node:test';",
    ...(isTested
      ? [
          "import { testNode, type TestNode } from 'ctdb-hook/testing';",
          `import plugin from './${whole}.ts';`,
          '',
          `const name = '${whole}';`,
          '',
          '/** A node on which every command succeeds. */',
          'function prepare(node: TestNode): void {',
          ...services.map((service) => `  node.services.define(${quote(service)}, { isRunning: true });`),
          '  node.commands.otherwise({ code: 0 });',
          '}',
        ]
      : [
          `import plugin from './${whole}.ts';`,
          '',
          "test('it is a plugin', () => {",
          "  if (typeof plugin !== 'object') throw new Error('it is none');",
          '});',
        ]),
    ...tests.flatMap((lines) => ['', ...lines]),
    '',
  ].join('\n');
}

const todoOf = (open: number, script: string): string =>
  open > 0 ? openText(open, script) : 'a test is to be written';

/** The services that handlers name. */
const servicesOf = (handlers: readonly Handler[]): readonly string[] => [
  ...new Set(
    handlers.flatMap(({ code }) =>
      code.lines.flatMap((line) =>
        [...line.matchAll(/service\.\w+\('([\w@.-]+)'/g)].map(([, name = '']) => name),
      ),
    ),
  ),
];

/** With what events are raised that have arguments. */
const raised: Partial<Record<EventName, string>> = {
  takeip: "'takeip', 'eth0', '10.0.0.1', '24'",
  releaseip: "'releaseip', 'eth0', '10.0.0.1', '24'",
  updateip: "'updateip', 'eth0', 'eth1', '10.0.0.1', '24'",
};
