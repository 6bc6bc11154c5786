import { expect, test } from 'vitest';
import { byName, readFileName } from '../../core/event-directory/file-name.ts';

test.each([
  ['60.nfs.script', { kind: 'script', name: '60.nfs' }],
  ['60.nfs.bak.script', { kind: 'script', name: '60.nfs.bak' }],
  ['60.nfs.ts', { kind: 'plugin', name: '60.nfs' }],
  ['60.nfs.mts', { kind: 'plugin', name: '60.nfs' }],
  ['60.nfs.mjs', { kind: 'plugin', name: '60.nfs' }],
  ['60.nfs.options', { kind: 'options' }],
])('%s in events/legacy', (file, read) => {
  expect(readFileName(file, 'legacy')).toEqual(read);
});

test.each([
  ['60.nfs.script~', /editor backup/],
  ['60.nfs.ts~', /editor backup/],
  ['60.nfs.script.rpmnew', /does not end in .script/],
  ['60.nfs.script.dpkg-old', /does not end in .script/],
  ['.60.nfs.script.swp', /does not end in .script/],
  ['60.nfs', /does not end in .script/],
  ['nfs.script', /NN is missing/],
  ['6.nfs.script', /NN is missing/],
  ['nfs.ts', /NN is missing: a plugin is named NN.name.ts/],
  ['60.nfs.d.ts', /type declaration/],
  ['README', /does not end in/],
])('%s in events/legacy is ignored, with the reason', (file, why) => {
  expect(readFileName(file, 'legacy')).toEqual({
    kind: 'ignored',
    why: expect.stringMatching(why) as string,
  });
});

test('the older convention takes NN.name', () => {
  expect(readFileName('60.nfs', 'events.d')).toEqual({ kind: 'script', name: '60.nfs' });
});

test.each([
  ['60.nfs.rpmsave', /second dot/],
  ['60.nfs~', /editor backup/],
  ['README', /NN is missing/],
  [`60.${'n'.repeat(29)}`, /longer than 31/],
])('%s in events.d is ignored, with the reason', (file, why) => {
  expect(readFileName(file, 'events.d')).toEqual({
    kind: 'ignored',
    why: expect.stringMatching(why) as string,
  });
});

test('names are compared byte by byte, as strcmp does', () => {
  expect(['10.b', '10.a', '10.A', '09.z', '10.aa', '10.ä'].sort(byName)).toEqual([
    '09.z',
    '10.A',
    '10.a',
    '10.aa',
    '10.b',
    '10.ä',
  ]);
});
