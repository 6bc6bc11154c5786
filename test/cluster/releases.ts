import type { Release } from './release.ts';

/** Debian 12 on the real computer. Fewer scripts are enabled than its package enables. */
const thisSystem: Release = {
  suite: 'bookworm',
  ctdb: '4.17.',
  scripts: ['00.ctdb', '05.system', '10.interface'],
  start: ['ctdbd'],
  runDirs: ['/run/ctdb'],
  addedRunDirs: [],
  eventdDir: '/run/ctdb',
  ctdbdSocket: '/run/ctdb/ctdbd.socket',
  helperDir: '/usr/libexec/ctdb',
  statdHelper: '/etc/ctdb/statd-callout',
  ganeshaSettings: '',
  lockOption: 'cluster lock',
  leaderCommand: 'leader',
};

/** Where the file systems of other releases are kept. */
export const rootsDirectory = '/var/cache/ctdb-hook-tests';

const rooted = (release: Omit<Release, 'root'>): Release => ({
  ...release,
  root: `${rootsDirectory}/${release.suite}`,
});

/** From 6.5 on Ganesha does not start without CAP_SYS_RESOURCE otherwise, which containers lack. */
const withoutIoFlusher = 'allow_set_io_flusher_fail = true;';

const packaged = ['00.ctdb', '01.reclock', '05.system', '10.interface'];

/** The releases that clusters are tried with in file systems of their own, each as its packages set it up. */
export const releases: readonly Release[] = [
  rooted({
    ...thisSystem,
    suite: 'bullseye',
    ctdb: '4.13.',
    scripts: packaged,
    start: ['ctdbd_wrapper', 'start'],
    helperDir: '/usr/lib/x86_64-linux-gnu/ctdb',
    lockOption: 'recovery lock',
    leaderCommand: 'recmaster',
  }),
  rooted({ ...thisSystem, scripts: packaged }),
  rooted({
    ...thisSystem,
    suite: 'trixie',
    ctdb: '4.22.',
    scripts: [...packaged, '95.database'],
    statdHelper: '/usr/libexec/ctdb/statd_callout_helper',
    ganeshaSettings: withoutIoFlusher,
  }),
  rooted({
    ...thisSystem,
    suite: 'sid',
    ctdb: '4.25.',
    scripts: [...packaged, '95.database'],
    runDirs: ['/run/samba/ctdb'],
    addedRunDirs: ['/run/ctdb'],
    eventdDir: '/run/samba/ctdb',
    statdHelper: '/usr/libexec/ctdb/statd_callout_helper',
    ganeshaSettings: withoutIoFlusher,
  }),
];

/** The variable that names the release to try by its suite; the real computer's own if it is not set. */
export const releaseVariable = 'CTDB_HOOK_TEST_RELEASE';

const suiteUnderTest = process.env[releaseVariable];
/** The release that the tests of this process are about. */
export const releaseUnderTest: Release =
  suiteUnderTest === undefined ? thisSystem : releaseOf(suiteUnderTest);

/** The release of CTDB in this Debian. @throws Error if the tests know of none. */
export function releaseOf(suite: string): Release {
  const found = releases.find((release) => release.suite === suite);
  if (found !== undefined) return found;
  const known = releases.map((release) => release.suite).join(', ');
  throw new Error(`The tests know of no CTDB of "${suite}", expected one of ${known}`);
}
