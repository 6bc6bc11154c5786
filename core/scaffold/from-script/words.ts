import type { DoubleQuotedChild, ParameterExpansionPart, Word, WordPart } from 'unbash';
import type { EventName } from '../../events/events.ts';
import { constant, type Value } from './code.ts';
import { templatePart } from './quote.ts';
import type { Scope } from './scope.ts';

/** A word of a command as one text; undefined if it may be several, or it is not known what it is. */
export function readWord(word: Word, scope: Scope): Value | undefined {
  if (word.text.includes('\ufffd')) return undefined; // Bytes that are no text.
  if (word.text.startsWith('~')) return undefined;
  if (word.parts === undefined) return /^[\w./:@%+,=^-]*$/.test(word.text) ? constant(word.value) : undefined;
  const parts = word.parts.map((part) => readPart(part, scope));
  return parts.every((part) => part !== undefined) ? joined(parts) : undefined;
}

/** Words one after another with blanks between them. */
export function readWords(words: readonly Word[], scope: Scope): Value | undefined {
  const values = words.map((word) => readWord(word, scope));
  if (!values.every((value) => value !== undefined)) return undefined;
  return joined(values.flatMap((value, index) => (index === 0 ? [value] : [constant(' '), value])));
}

function readPart(part: WordPart, scope: Scope): Value | undefined {
  switch (part.type) {
    case 'Literal':
      return part.text === part.value && !/[*?[\]{}~\\]/.test(part.text) ? constant(part.value) : undefined;
    case 'SingleQuoted':
      return constant(part.value);
    case 'DoubleQuoted': {
      const children = part.parts.map((child) => readQuoted(child, scope));
      return children.every((child) => child !== undefined) ? joined(children) : undefined;
    }
    case 'SimpleExpansion':
    case 'ParameterExpansion': {
      // Without quotes a shell splits it into words, and takes them for patterns.
      const value = readExpansion(part, scope);
      return value?.constant !== undefined && /^[\w./:@%+,=^-]+$/.test(value.constant) ? value : undefined;
    }
    default:
      return undefined;
  }
}

function readQuoted(child: DoubleQuotedChild, scope: Scope): Value | undefined {
  switch (child.type) {
    case 'Literal':
      return constant(child.value);
    case 'SimpleExpansion':
    case 'ParameterExpansion':
      return readExpansion(child, scope);
    default:
      return undefined;
  }
}

type Expansion = Extract<WordPart, { type: 'SimpleExpansion' }> | ParameterExpansionPart;

function readExpansion(part: Expansion, scope: Scope): Value | undefined {
  if (part.type === 'SimpleExpansion') return readVariable(part.text.slice(1), scope);
  const { parameter, prefix, index, operation } = part;
  if (prefix !== undefined || index !== undefined) return undefined;
  if (operation === undefined) return readVariable(parameter, scope);
  // What the option has for its default.
  const isDefault = operation.type === 'Default' && [':-', ':='].includes(operation.operator);
  const option = scope.shape.options.get(parameter);
  return isDefault && option?.default !== undefined ? readVariable(parameter, scope) : undefined;
}

function readVariable(name: string, { event, shape, isInFunction, variables }: Scope): Value | undefined {
  const own = variables.get(name) ?? shape.constants.get(name);
  if (own !== undefined) return own;
  if (shape.options.has(name)) return { text: `options.${name}`, uses: new Set(['options']) };
  const field = isInFunction || shape.movesArguments ? undefined : argumentsOf[event]?.[Number(name) - 2];
  if (field === undefined || !/^[2-9]$/.test(name)) return undefined;
  return field === 'maskBits'
    ? { text: 'String(maskBits)', uses: new Set(['event.maskBits']) }
    : { text: field, uses: new Set([`event.${field}`]) };
}

/** The fields of events that `$2` and the following are. */
const argumentsOf: Partial<Record<EventName, readonly string[]>> = {
  takeip: ['iface', 'ip', 'maskBits'],
  releaseip: ['iface', 'ip', 'maskBits'],
  updateip: ['oldIface', 'newIface', 'ip', 'maskBits'],
};

/** Values as one text. */
function joined(values: readonly Value[]): Value {
  const [first] = values;
  if (first === undefined) return constant('');
  if (values.every((value) => value.constant !== undefined))
    return constant(values.map((value) => value.constant).join(''));
  if (values.length === 1 && first.isNumber !== true) return first;
  const template = values
    .map((value) => {
      if (value.constant !== undefined) return templatePart(value.constant);
      return value.template ?? `\${${value.text}}`;
    })
    .join('');
  return { text: `\`${template}\``, template, uses: new Set(values.flatMap(({ uses }) => [...uses])) };
}
