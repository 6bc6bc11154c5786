import type { ExplainedEntry, ExplainedEvent, ExplainedOption, PluginTrial } from '../explain/explained.ts';
import type { Step } from '../explain/step.ts';
import { printable } from './printable.ts';

/** Longest command that is shown whole, in characters; all of it is in the JSON. */
const shownMax = 200;

/** Most lines of a change that are shown. */
const linesMax = 10;

/** An explained event for a person. */
export function explainLines({ event, directory, runner, entries, problems }: ExplainedEvent): string[] {
  const width = Math.max(0, ...entries.map(({ name }) => name.length));
  return [
    `${[event.name, ...event.argv].join(' ')}: ${runner}, in ${directory}`,
    'Nothing is changed. Each entry runs if those before it have succeeded, and is tried on this node as it is now.',
    ...problems.map((problem) => problem),
    ...(entries.length === 0 ? ['no plugins or scripts'] : []),
    ...entries.flatMap((entry) => entryLines(entry, width)),
  ].map((line) => printable(line.replaceAll('\t', '  ')));
}

function entryLines(entry: ExplainedEntry, width: number): string[] {
  const { name, kind } = entry;
  const head = `${name.padEnd(width)}  ${kind}  `;
  if (entry.word === 'not run') return `${head}not run (because ${entry.because})`.split('\n');
  if (entry.trial !== undefined)
    return [`${head}would run: ${endInWords(entry.trial)}`, ...trialLines(entry.trial)];
  if (entry.whyNotTried !== undefined)
    return [
      `${head}would run`,
      `    unknown from here (a dry run could change something: ${entry.whyNotTried})`,
    ];
  return [
    `${head}would run`,
    `    would run  ${cut(entry.command?.join(' ') ?? '')}`,
    '    unknown from here (a script is not tried)',
  ];
}

function endInWords({ end, isConditional, steps }: PluginTrial): string {
  const granted = isConditional ? ', if all that is taken for granted below is so' : '';
  switch (end.word) {
    case 'succeeds': {
      const changes = steps.some(({ word }) => word === 'would run');
      return `${changes ? 'succeeds' : 'succeeds, and changes nothing'}${granted}`;
    }
    case 'fails':
      return `fails${granted}`;
    case 'out of time':
      return 'out of time, although it changed nothing';
    case 'unknown':
      return 'unknown how it ends';
  }
}

function trialLines({ options, problems, steps, stepsLeftOut, output }: PluginTrial): string[] {
  return [
    ...problems.flatMap((problem) => problem.split('\n')),
    ...options.flatMap((option) => (option.source.kind === 'default' ? [] : [optionLine(option)])),
    ...defaultsLine(options.filter(({ source }) => source.kind === 'default')),
    ...steps.flatMap(stepLines),
    ...(stepsLeftOut === 0 ? [] : [`and ${stepsLeftOut} steps more`]),
    ...output.split('\n').flatMap((line) => (line === '' ? [] : [`says       ${line}`])),
  ].map((line) => `    ${line}`);
}

function optionLine(option: ExplainedOption): string {
  const { source } = option;
  const line = source.kind === 'file' && source.line !== undefined ? `:${source.line}` : '';
  return `option     ${settingOf(option)} (${source.kind === 'file' ? source.file : source.kind}${line})`;
}

const defaultsLine = (options: readonly ExplainedOption[]): string[] =>
  options.length === 0 ? [] : [`by default ${options.map(settingOf).join(', ')}`];

function settingOf({ name, value }: ExplainedOption): string {
  if (value === undefined) return `${name} unset`;
  return `${name}=${cut(typeof value === 'string' ? value : JSON.stringify(value))}`;
}

function stepLines(step: Step): string[] {
  switch (step.word) {
    case 'runs':
      return [`runs       ${cut(step.what)} (${step.answer})`];
    case 'unknown from here':
      return [
        `unknown from here (needs the result of ${cut(step.needs)})${step.assumed === undefined ? '' : `; if ${step.assumed}:`}`,
      ];
    case 'would run': {
      const after = step.kind === 'background' ? ', in the background' : '';
      const changed = [
        ...(step.removed ?? []).map((line) => `- ${line}`),
        ...(step.added ?? []).map((line) => `+ ${line}`),
        ...(step.input ?? '').split('\n').flatMap((line) => (line === '' ? [] : [`< ${line}`])),
      ];
      const more = changed.length - linesMax;
      return [
        `would run  ${cut(step.what)}${after}`,
        ...changed.slice(0, linesMax).map((line) => `             ${cut(line)}`),
        ...(more > 0 ? [`             and ${more} lines more`] : []),
      ];
    }
  }
}

const cut = (text: string): string =>
  text.length <= shownMax
    ? text.replaceAll('\n', ' ')
    : `${text.slice(0, shownMax).replaceAll('\n', ' ')} ...`;
