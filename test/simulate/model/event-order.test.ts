import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { storiesOf } from './event-stories.ts';
import { simulateSteps } from './simulate-steps.ts';

const records = new URL('../../fixtures/event-orders/', import.meta.url);
const recordedReleases = readdirSync(records).map((name) => name.replace(/\.txt$/, ''));

test('there are records of the releases of four Debians', () => {
  expect(recordedReleases).toEqual(['4.13', '4.17', '4.22', '4.25']);
});

test.each(recordedReleases)(
  'a simulated cluster raises the events that one of CTDB %s did',
  async (release) => {
    const recorded = storiesOf(readFileSync(new URL(`${release}.txt`, records), 'utf8'));
    expect(recorded.size).toBeGreaterThan(13);
    const simulated = storiesOf(await simulateSteps(release, [...recorded.keys()]));
    expect([...simulated]).toEqual([...recorded]);
  },
);

test.each([
  ['4.2', 'startrecovery releaseip ipreallocated recovered'],
  ['4.4', 'releaseip ipreallocated'],
  ['4.5', 'releaseip ipreallocated'],
  ['4.21', 'startipreallocate releaseip ipreallocated'],
])('where addresses only move, CTDB %s raises %s', async (release, story) => {
  expect(storiesOf(await simulateSteps(release, ['start', 'disable 0'])).get('disable 0')).toContain(story);
});

test.each([
  ['4.2', 'startrecovery ipreallocated recovered'],
  ['4.4', 'startrecovery recovered ipreallocated recovered'],
  ['4.5', 'startrecovery recovered ipreallocated'],
])('in a recovery CTDB %s raises %s', async (release, story) => {
  expect(storiesOf(await simulateSteps(release, ['start', 'recover'])).get('recover')).toContain(story);
});
