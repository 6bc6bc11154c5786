import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isEventName } from '../../core/events/events.ts';
import { releaseUnderTest } from '../cluster/releases.ts';
import { readme } from '../docs/readme.ts';

const { suite, root = '' } = releaseUnderTest;

/** What bin/README.md says which events scripts of CTDB handle: `05.system `monitor``, and of some from which release on. */
const text = readme('bin/README.md').replaceAll(/\s+/g, ' ');
const sentence = /Of CTDB's own, from 4\.13 to 4\.25, (.*?`)\./.exec(text)?.[1] ?? '';
const said = [...sentence.matchAll(/(\d\d\.\w+)(?: of [\d.]+(?: and later)?| handles)? `([a-z ]+)`/g)].map(
  ([, name = '', events = '']) => ({ name, events: events.split(' ') }),
);

test('bin/README.md says it of eight scripts', () => {
  expect(said).toHaveLength(8);
});

test(`the scripts of Debian ${suite} handle the events that bin/README.md says, be they enabled or not`, () => {
  const handled = said.flatMap(({ name }) => {
    const path = join(root, 'usr/share/ctdb/events/legacy', `${name}.script`);
    if (!existsSync(path)) return [];
    const labels = [...readFileSync(path, 'utf8').matchAll(/^([a-z |]+)\)$/gm)];
    const events = labels.flatMap(([, label = '']) => label.split(/ ?\| ?/)).filter(isEventName);
    return [{ name, events }];
  });
  expect(handled.length).toBeGreaterThan(5);
  const names = handled.map(({ name }) => name);
  expect(handled).toEqual(said.filter(({ name }) => names.includes(name)));
});
