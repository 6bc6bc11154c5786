import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isEventName } from '../../core/events/events.ts';
import { handledEvents } from '../bench/handled-events.ts';
import { stock } from '../bench/programs.ts';
import { readme } from '../docs/readme.ts';

test.each(Object.entries(handledEvents))(
  '%s of CTDB handles what bin/README.md says that it does: %j',
  (name, events) => {
    const text = readFileSync(join(stock.scripts, `${name}.script`), 'utf8');
    const labels = [...text.matchAll(/^([a-z|]+)\)$/gm)].flatMap(([, label = '']) => label.split('|'));
    expect(labels.filter(isEventName)).toEqual(events);
    const inWords = `${name} (?:handles )?\`${events.join(' ')}\``;
    expect(readme('bin/README.md').replaceAll(/\s+/g, ' ')).toMatch(
      new RegExp(inWords.replaceAll('.', '\\.')),
    );
  },
);
