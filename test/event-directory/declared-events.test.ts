import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { declaredEvents } from '../../core/event-directory/declared-events.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** What is declared for a script of this text, with an options file of that text beside it. */
function declared(script: string, options?: string) {
  const directory = temporaryDirectory();
  const path = join(directory, '50.x.script');
  writeFileSync(path, script);
  if (options !== undefined) writeFileSync(join(directory, '50.x.options'), options);
  const reports: string[] = [];
  const look = () => declaredEvents(path, (message) => reports.push(message));
  return { directory, path, reports, look, events: look() };
}

test('a script declares its events in a comment at its top', () => {
  const { events, reports } = declared('#!/bin/sh\n# ctdb-hook: events startup  monitor\nexit 0\n');
  expect([...(events ?? [])]).toEqual(['startup', 'monitor']);
  expect(reports).toEqual([]);
});

test('a script that declares nothing handles all events', () => {
  expect(declared('#!/bin/sh\n# events monitor\n').events).toBeUndefined();
});

test('its options file goes before it, for scripts that are not yours to change', () => {
  const { events } = declared(
    '#!/bin/sh\n# ctdb-hook: events startup\n',
    'X=1\n# ctdb-hook: events monitor\n',
  );
  expect([...(events ?? [])]).toEqual(['monitor']);
});

test('a wrong name makes it handle all events, and is reported once for each state of the file', () => {
  const { path, look, reports, events } = declared('#!/bin/sh\n# ctdb-hook: events moniter\n');
  expect([events, look()]).toEqual([undefined, undefined]);
  expect(reports).toEqual([
    `WARNING: ${path}: "# ctdb-hook: events moniter" has "moniter", expected names of events; it is started at all events`,
  ]);
  writeFileSync(path, '#!/bin/sh\n# ctdb-hook: events\n');
  expect(look()).toBeUndefined();
  expect(reports[1]).toContain('has no event');
  writeFileSync(path, '#!/bin/sh\n# ctdb-hook: events monitor\n');
  expect([...(look() ?? [])]).toEqual(['monitor']);
});

test('a declaration below the first 4 KiB does not count, nor does a missing file', () => {
  expect(declared(`#!/bin/sh\n#${'x'.repeat(4096)}\n# ctdb-hook: events monitor\n`).events).toBeUndefined();
  expect(declaredEvents('/nonexistent/50.x.script', () => undefined)).toBeUndefined();
});
