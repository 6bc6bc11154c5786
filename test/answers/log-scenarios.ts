import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { script } from '../support/temporary-directory.ts';
import { DrivenEventd, type Whose } from './driven-eventd.ts';
import type { ProgramRoot } from './program-root.ts';

/* What CTDB's own event daemon logs of an event that fails, and what ours does, where a file or stderr is the log. */

/** As printf(1) takes it. */
const output = String.raw`one\n\n  \n two \r\nbad \377\tx\nlast`;
const entries = { '10.one.script': script(`printf '${output}'; exit 1`) };

/** The forms of time that releases have; what stands there instead must be found. */
const times = [
  /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d\d:\d\d/g,
  /\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d\.\d{6}/g,
];
const forms = ['ISO', 'OLDER'] as const;

/** What both say: lines of the script, and these of their own. */
const common =
  /10\.one: |daemon started|startup completed|listening on|monitor event failed|Received signal|Shutting down/;

const alike = (text: string, base: string): string[] =>
  times
    .reduce((replaced, form, index) => replaced.replaceAll(form, forms[index] ?? ''), text)
    .replaceAll(base, 'BASE')
    .replaceAll(basename(base), 'NODE')
    .replaceAll(/(ctdb-eventd\[|pid=)\d+/g, '$1P')
    .split('\n')
    .filter((line) => common.test(line));

/** Compares them in this root. */
export function describeLogs(name: string, root: () => ProgramRoot): void {
  const logOf = async (whose: Whose, location: string, environment: Readonly<Record<string, string>>) => {
    const conf = `[logging]\nlocation = ${location}\nlog level = NOTICE\n`;
    const eventd = await DrivenEventd.start(root(), whose, { entries, conf, environment });
    expect(await eventd.run('monitor')).toBe(8);
    const said = await eventd.end();
    const log = eventd.has('log') ? readFileSync(eventd.outside('log'), 'latin1') : '';
    return { log: alike(log, eventd.base), stderr: alike(said, eventd.base) };
  };

  describe(`${name}: our event daemon logs as CTDB's own does`, () => {
    test.each([
      ['file:@BASE@/log', {}, 'log'],
      ['file:', {}, 'stderr'],
      ['file:@BASE@/log', { CTDB_INTERACTIVE: '' }, 'stderr'],
    ] as const)('to %s with %j', async (location, environment, where) => {
      const stock = await logOf('stock', location, environment);
      expect(stock[where]).toContain(stock[where].find((line) => line.endsWith('10.one: one')));
      expect(stock[where].length).toBeGreaterThan(9);
      expect(await logOf('ours', location, environment)).toEqual(stock);
    });
  });
}
