import { expect, test } from 'vitest';
import { nearest } from '../../core/events/nearest.ts';
import { eventNames } from '../../core/events/events.ts';

test.each([
  ['takeIp', 'takeip'],
  ['releaseIP', 'releaseip'],
  ['moniter', 'monitor'],
  ['ipreallocate', 'ipreallocated'],
  ['on_startup', 'startup'],
])('%s most likely meant %s', (word, meant) => {
  expect(nearest(word, eventNames)).toBe(meant);
});

test('a word that is similar to none has no suggestion', () => {
  expect(nearest('name', eventNames)).toBeUndefined();
});
