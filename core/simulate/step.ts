import { eventNames, type EventName } from '../events/events.ts';

/** What is done to one node, in the words of a scenario. */
export const nodeActions = {
  off: 'cuts its power: what is not on a disk is gone',
  kill: 'ends its ctdbd at once, as the end of its event daemon does: its addresses stay on its interfaces',
  start: 'starts its ctdbd',
  shutdown: '`ctdb shutdown`',
  disable: '`ctdb disable`',
  enable: '`ctdb enable`',
  stop: '`ctdb stop`',
  continue: '`ctdb continue`',
  unban: '`ctdb unban`',
} as const;

/** What is done to the cluster. */
export const clusterActions = {
  ipreallocate: '`ctdb ipreallocate`: a takeover run, also where nothing has to move',
  recover: '`ctdb recover`',
} as const;

export type NodeAction = keyof typeof nodeActions;
export type ClusterAction = keyof typeof clusterActions;

/** How a handler goes wrong, once. */
export const handlerFaults = {
  throws: 'it throws before it has done anything',
  'throws-late': 'it throws when it has done everything',
  hangs: 'it never returns',
  late: 'it begins 20 seconds late',
  killed: 'the process that it runs in is killed before it has done anything',
  'killed-late':
    'the process that it runs in is killed when it has done everything, before that is written down',
} as const;

export type HandlerFault = keyof typeof handlerFaults;

/** What a handler asks for that can fail, or hang, as its first such call does then. */
export const worldFaults = ['command', 'service', 'file', 'network', 'ctdb', 'rpc'] as const;

/** What a handler uses that can go wrong. */
export type WorldFault = (typeof worldFaults)[number];

/** What goes wrong at a handler. */
export type FaultHow =
  { readonly kind: HandlerFault } | { readonly kind: 'fails' | 'stalls'; readonly what: WorldFault };

/** One step of a scenario. */
export type Step =
  | { readonly do: NodeAction; readonly node: number }
  | { readonly do: 'ban'; readonly node: number; readonly seconds: number }
  | { readonly do: ClusterAction }
  | { readonly do: 'wait'; readonly seconds: number }
  | {
      /** The next time that this plugin handles this event on this node. */
      readonly do: 'fault';
      readonly node: number;
      readonly plugin: string;
      readonly event: EventName;
      readonly how: FaultHow;
    };

/** Longest time of one step, in seconds. */
export const secondsMax = 3600;

/** A step as a line of a scenario. */
export function lineOf(step: Step): string {
  switch (step.do) {
    case 'ban':
      return `ban ${step.node} ${step.seconds}`;
    case 'wait':
      return `wait ${step.seconds}`;
    case 'fault': {
      const { how } = step;
      const words = 'what' in how ? `${how.kind} ${how.what}` : how.kind;
      return `fault ${step.node} ${step.plugin} ${step.event} ${words}`;
    }
    case 'ipreallocate':
    case 'recover':
      return step.do;
    default:
      return `${step.do} ${step.node}`;
  }
}

/** What a line of a scenario may begin with. */
export const stepWords: readonly string[] = [
  ...Object.keys(nodeActions),
  'ban',
  ...Object.keys(clusterActions),
  'wait',
  'fault',
];

/**
 * Reads a line of a scenario.
 *
 * @returns the step, or what is wrong with it
 */
export function readStep(line: string, nodes: number): Step | { readonly wrong: string } {
  const [word = '', ...rest] = line.trim().split(/\s+/);
  if (isAmong(Object.keys(clusterActions) as ClusterAction[], word))
    return rest.length === 0
      ? { do: word }
      : { wrong: `${word} takes no more words, got "${rest.join(' ')}"` };
  if (word === 'wait') {
    const seconds = wholeNumber(rest[0], 0, secondsMax);
    return seconds === undefined || rest.length > 1
      ? wrong(line, `wait SECONDS, from 0 to ${secondsMax}`)
      : { do: word, seconds };
  }
  const node = wholeNumber(rest[0], 0, nodes - 1);
  const isNode = node !== undefined;
  if (isAmong(Object.keys(nodeActions) as NodeAction[], word))
    return isNode && rest.length === 1
      ? { do: word, node }
      : wrong(line, `${word} NODE, from 0 to ${nodes - 1}`);
  if (word === 'ban') {
    const seconds = wholeNumber(rest[1], 1, secondsMax);
    return isNode && seconds !== undefined && rest.length === 2
      ? { do: word, node, seconds }
      : wrong(line, `ban NODE SECONDS, a node from 0 to ${nodes - 1}, seconds from 1 to ${secondsMax}`);
  }
  if (word === 'fault') return readFault(line, rest, node);
  return { wrong: `a step begins with "${word}", expected one of ${stepWords.join(', ')}` };
}

function readFault(
  line: string,
  words: readonly string[],
  node: number | undefined,
): Step | { readonly wrong: string } {
  const [, plugin = '', event = '', kind = '', what] = words;
  if (node === undefined || plugin === '') return wrong(line, 'fault NODE PLUGIN EVENT HOW');
  if (!isAmong(eventNames, event))
    return { wrong: `"${event}" is no event, expected one of ${eventNames.join(', ')}` };
  const base = { do: 'fault', node, plugin, event } as const;
  if (kind === 'fails' || kind === 'stalls') {
    if (!isAmong(worldFaults, what ?? '') || words.length > 5)
      return { wrong: `"${what ?? ''}" does not fail, expected one of ${worldFaults.join(', ')}` };
    return { ...base, how: { kind, what: what as WorldFault } };
  }
  if (!isAmong(Object.keys(handlerFaults) as HandlerFault[], kind) || words.length > 4)
    return {
      wrong: `a handler goes wrong by "${words.slice(3).join(' ')}", expected one of ${Object.keys(handlerFaults).join(', ')}, fails WHAT, stalls WHAT`,
    };
  return { ...base, how: { kind } };
}

const wrong = (line: string, expected: string): { readonly wrong: string } => ({
  wrong: `"${line.trim()}", expected ${expected}`,
});

const isAmong = <T extends string>(choices: readonly T[], word: string): word is T =>
  (choices as readonly string[]).includes(word);

/** A whole number in these bounds; undefined for anything else. */
export function wholeNumber(text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}
