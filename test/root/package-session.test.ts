import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageVersion } from '../../core/package/package-version.ts';
import { codeBlocks } from '../docs/readme.ts';
import {
  buildPackage,
  debianArchitecture,
  laterDeb,
  laterTarball,
  laterVersion,
} from '../support/package-files.ts';
import { installTimeoutMs, sharedDirectory } from '../support/release.ts';
import { publicAddress, ReadmeNode } from './readme-node.ts';

/** The blocks of bin/README.md that begin so, with what this machine's processor has. */
const blocksOf = (beginning: string): readonly string[] =>
  codeBlocks('sh', 'bin/README.md')
    .filter((block) => block.startsWith(beginning))
    .map((block) => block.replaceAll('amd64', debianArchitecture));

const version = packageVersion();

describe('the package and the tarball, by the commands of bin/README.md, on a node of a real cluster', () => {
  const directory = sharedDirectory();
  let node: ReadmeNode | undefined;
  let said: Awaited<ReturnType<typeof runSession>>;

  beforeAll(async () => {
    const deb = await buildPackage('deb', directory);
    await laterDeb(deb, directory);
    const tarball = await buildPackage('tarball', directory);
    await laterTarball(tarball, directory);
    node = await ReadmeNode.start({ canInstall: true });
    said = await runSession(node, directory);
  }, 2 * installTimeoutMs);

  afterAll(() => node?.stop());

  test('dpkg installs it without a network, and it says what to do next; nothing of CTDB has changed', () => {
    expect(said.install).toMatch(
      new RegExp(
        `\nSetting up ctdb-hook \\(${version}\\) \\.\\.\\.\nNothing to do: it is so already\nctdb-hook ${version} is on disk, and nothing runs it: "ctdb-hook install" has this node run plugins\n`,
      ),
    );
    expect(said.versions).toMatch(new RegExp(`^ctdb-hook ${version} \\(Node v24\\.\\d+\\.\\d+\\)\n`));
    expect(said.versions).toMatch(/^\.TH CTDB/m);
    expect(said.unchanged).toBe('');
  });

  test('install says its steps, and takes them', () => {
    const [would = [], done = []] = [/^Would: (.*)$/gm, /^(?!Would: |Not done)(.+)$/gm].map((line) =>
      [...said.on.matchAll(line)].map(([, step]) => step),
    );
    expect(would).toEqual(done);
    expect(would.at(0)).toBe(`Check that all files of /usr/lib/ctdb-hook-${version} are as they were packed`);
    expect(would).toHaveLength(8);
    expect(said.on).toMatch(/^Not done: a restart of ctdb, from which on it counts: /m);
    expect(said.listed).toMatch(
      new RegExp(`^Event daemon: ctdb-hook ${version}, process \\d+, since \\S+$`, 'm'),
    );
    expect(said.listed).toMatch(/^ {2}10\.interface +plugin +enabled, in place of 10\.interface\.script$/m);
    expect(said.listed).toMatch(/^10\.interface +OK /m);
  });

  test('an upgrade leaves the event daemon that runs with its addresses, and says what switches; so does a downgrade', () => {
    const [before, after, restarted] = said.upgrade.split(/^-- .*\n/m);
    expect(after).toContain(
      `\nctdb-hook ${version} runs, ctdb-hook ${laterVersion} is on disk: ctdb shutdown, and start ctdbd again switches\n`,
    );
    expect(after).toContain(before?.trim()); // The process and its address.
    expect(restarted).toMatch(
      new RegExp(`^Event daemon: ctdb-hook ${laterVersion}, process \\d+, since \\S+\n$`),
    );
    expect(said.onDisk).toBe(`ctdb-hook -> ctdb-hook-${laterVersion}\nctdb-hook-${laterVersion}\n`);
    expect(said.downgrade).toContain('dpkg: warning: downgrading ctdb-hook from ');
    expect(said.downgrade).toMatch(
      new RegExp(`\nEvent daemon: ctdb-hook ${version}, process \\d+, since \\S+\n$`),
    );
  });

  test('it is not removed while ctdbd runs our event daemon', () => {
    expect(said.refused).toMatch(
      /^ctdb-hook: ctdbd runs the event daemon of ctdb-hook \S+, which has this node's addresses: switch back first \(ctdb-hook switch off, then /m,
    );
    expect(said.refused).toMatch(/\nended with 1\ndeinstall ok installed\nEvent daemon: ctdb-hook .*\n$/);
  });

  test('after it was switched back it is purged, and the whole file system is as it was', () => {
    expect(said.purge).toMatch(/^Removing ctdb-hook /m);
    expect(said.asBefore).toBe('');
    expect(said.addressOff).toContain(` inet ${publicAddress} `);
  });

  test('the tarball is unpacked, installed, upgraded beside, led back, and removed with nothing left', () => {
    expect(said.tarball).toMatch(
      /^Have \/opt\/ctdb-hook lead to ctdb-hook-\S+\nPut the command at \/usr\/local\/bin\/ctdb-hook$/m,
    );
    expect(said.tarball).toMatch(
      new RegExp(
        `\nctdb-hook ${version} \\(Node [^]*\nctdb-hook ${laterVersion} \\(Node [^]*\nctdb-hook ${version} \\(Node `,
      ),
    );
    expect(said.tarball).toContain(`\nHave /opt/ctdb-hook lead to ctdb-hook-${laterVersion}\n`);
    expect(said.withoutTarball).toBe('');
  });
});

/** What runs, and whether the node has its address. */
const state = `
ctdb-hook list | sed -n 's/^\\(Event daemon: [^;]*\\).*/\\1/p'
timeout 60 sh -c 'until ip -o addr show eth0 | grep -qF " ${publicAddress} "; do sleep 0.2; done' || true
ip -o addr show eth0 | grep -oF " inet ${publicAddress} "`;

/**
 * Everything on the file system outside of what ctdbd itself writes: kind, mode, owner, target; of files size and time. And what dpkg knows.
 * dpkg keeps copies of its lists, and man-db its index.
 */
const everything = `
find /etc /usr /opt /var/lib/ctdb-hook /var/cache/ctdb-hook /run/ctdb-hook ! -path '/usr/share/doc*' \\
  \\( -type d -printf '%p %m %U:%G\\n' -o -printf '%p %y %m %U:%G %s %T@ %l\\n' \\) 2>/dev/null | sort
dpkg-query -W
dpkg-divert --list
ls /var/lib/dpkg/info`;

/** What has changed since the file was written. */
const changesSince = (file: string): string => `{ ${everything}
} >/run/now; { diff ${file} /run/now || true; }`;

async function runSession(node: ReadmeNode, directory: string) {
  const [install = '', upgrade = '', downgrade = '', purge = ''] = blocksOf('dpkg --');
  const [on = ''] = blocksOf('ctdb-hook install');
  const [status = ''] = blocksOf('ctdb event');
  const [off = ''] = blocksOf('ctdb-hook switch off');
  const [unpack = ''] = blocksOf('tar -C /opt');
  const [upgradeTarball = ''] = blocksOf('ctdb-hook upgrade');
  const [back = ''] = blocksOf('/opt/ctdb-hook');
  const [, removeTarball = ''] = [...blocksOf('ctdb-hook uninstall')].reverse();
  const here = `cd ${directory}`;
  const ours = `timeout 60 sh -c 'until ctdb-hook list | grep -q "^Event daemon: ctdb-hook"; do sleep 0.2; done' || true\n`;
  return node.session(
    {
      start: `systemctl daemon-reload\nsystemctl restart ctdb\nrm -rf /var/lib/ctdb-hook /var/cache/ctdb-hook\n{ ${everything}\n} >/run/before`,
      install: `${here}\n${install}`,
      versions: 'ctdb-hook --version\ngzip -dc /usr/share/man/man8/ctdb-hook-install.8.gz | head -1',
      unchanged: `${changesSince('/run/before')} | grep -E '^[<>] /(etc/ctdb|etc/systemd|usr/libexec)' || true`,
      on,
      listed: `${ours}${status}`,
      upgrade: `${here}\n${state}\necho "-- ${laterVersion}"\n${upgrade.replace('\nsystemctl', `\n${state}\necho "-- restarted"\nsystemctl`)}
${ours}ctdb-hook list | head -1`,
      onDisk: `cd /usr/lib; ls -d ctdb-hook* | while read -r name; do echo "$name$([ ! -L "$name" ] || echo " -> $(readlink "$name")")"; done`,
      downgrade: `${here}\n${downgrade}\n${ours}ctdb-hook list | head -1`,
      refused: `dpkg --remove ctdb-hook || echo "ended with $?"\ndpkg-query -W -f '\${Status}\\n' ctdb-hook\nctdb-hook list | head -1`,
      off,
      purge,
      asBefore: changesSince('/run/before'),
      addressOff: state.replace(/^ctdb-hook.*$/m, ''),
      tarball: `hash -r\n${here}\n${unpack}\nctdb-hook --version\n${withoutRestart(upgradeTarball)}\nctdb-hook --version\n${withoutRestart(back)}\nctdb-hook --version
${withoutRestart(off)}\n${removeTarball}`,
      withoutTarball: changesSince('/run/before'),
    },
    directory,
    {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      DEBIAN_FRONTEND: 'noninteractive',
      README_SESSION: 'session',
      LC_ALL: 'C.UTF-8',
    },
    installTimeoutMs,
  );
}

/** ctdbd with the tarball's event daemon is tried elsewhere, under load. */
const withoutRestart = (block: string): string => block.replace(/\nsystemctl .*/, '');
