import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { installTimeoutMs, npm, packRelease, sharedDirectory } from '../support/release.ts';
import { replaceUnderLoad, wayNames } from './replace-under-load.ts';

const directory = sharedDirectory();
const prefix = join(directory, 'global');
const installed = join(prefix, 'lib/node_modules/ctdb-hook');
let tarball = '';
let other = '';
let build = '';
let otherBuild = '';

beforeAll(async () => {
  tarball = await packRelease(directory);
  other = repack(tarball);
}, installTimeoutMs);

/** The same as another version and another build, which daemon and plugin hosts do not mix. */
function repack(path: string): string {
  const place = join(directory, 'other');
  execFileSync('mkdir', [place]);
  execFileSync('tar', ['xzf', path, '-C', place]);
  build = readFileSync(join(place, 'package/dist/build-id'), 'utf8').trim();
  otherBuild = build.replaceAll(/./g, (digit) => (Number.parseInt(digit, 16) ^ 1).toString(16));
  const dist = join(place, 'package/dist');
  for (const name of readdirSync(dist).filter((each) => each.endsWith('.js') || each === 'build-id'))
    rewrite(join(dist, name), (text) => text.replaceAll(build, otherBuild));
  rewrite(join(place, 'package/package.json'), (text) =>
    text.replace(/"version": "[^"]*"/, '"version": "0.9.9"'),
  );
  const packed = join(place, 'ctdb-hook-0.9.9.tgz');
  execFileSync('tar', ['czf', packed, '-C', place, 'package']);
  return packed;
}

const rewrite = (path: string, change: (text: string) => string): void => {
  writeFileSync(path, change(readFileSync(path, 'utf8')));
};

const install = (what: string): Promise<unknown> =>
  npm(directory, 'install', '--ignore-scripts', '--global', '--prefix', prefix, what);

test.each(wayNames)(
  '%s an upgrade, a downgrade and the removal of the package lose no event and no address',
  async (way) => {
    await install(tarball);
    const builds: string[] = [];
    const places = {
      folder: installed,
      eventd: join(prefix, 'bin/ctdb-eventd'),
      hook: join(installed, 'bin/ctdb-hook'),
    };
    await replaceUnderLoad(way, places, async () => {
      for (const version of [other, tarball]) {
        await install(version);
        builds.push(readFileSync(join(installed, 'dist/build-id'), 'utf8').trim());
        await delay(500); // So that events come between two versions.
      }
      await npm(directory, 'uninstall', '--global', '--prefix', prefix, 'ctdb-hook');
    });
    expect(existsSync(installed)).toBe(false);
    expect(builds).toEqual([otherBuild, build]);
  },
  installTimeoutMs,
);
