import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stockEvents } from '../../core/event-directory/stock-events.ts';
import { isEventName } from '../../core/events/events.ts';
import { handledEvents } from '../bench/handled-events.ts';
import { stock } from '../bench/programs.ts';

test.each(Object.entries(handledEvents))('%s of CTDB handles, and is known to handle: %j', (name, events) => {
  const path = join(stock.scripts, `${name}.script`);
  const labels = [...readFileSync(path, 'utf8').matchAll(/^([a-z|]+)\)$/gm)].flatMap(([, label = '']) =>
    label.split('|'),
  );
  expect(labels.filter(isEventName)).toEqual(events);
  expect([...(stockEvents(path) ?? [])].sort()).toEqual(events.toSorted());
});
