import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ctdb } from './installed-ctdb.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** Writes each datagram that comes to /dev/log to a file, in hexadecimal, a line each, until it is killed. */
const recorder = `use Socket;
socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die $!;
bind($s, sockaddr_un("/dev/log")) or die $!;
open(my $f, ">", $ARGV[0]) or die $!;
$f->autoflush(1);
while (defined recv($s, my $m, 65536, 0)) { print $f unpack("H*", $m), "\\n"; }`;

/** Waits for a file, for ten seconds at most. */
const awaitFile = (path: string): string =>
  `timeout 10 sh -c 'until test -e "$0"; do sleep 0.05; done' ${path}`;

/**
 * What comes to /dev/log while a shell script runs, and until a message ends with `last`. The socket is in a mount
 * namespace of its own, with a /dev that has nothing else but null; root only.
 */
export async function syslogOf(
  script: string,
  last: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string[]> {
  const directory = temporaryDirectory();
  const recorded = join(directory, 'recorded');
  const ending = Buffer.from(last).toString('hex');
  const inside = [
    `mkdir ${directory}/dev`,
    `mount -t tmpfs none ${directory}/dev`,
    `mknod -m 666 ${directory}/dev/null c 1 3`,
    `mount --move ${directory}/dev /dev`,
    `perl -e '${recorder}' ${recorded} & recorder=$!`,
    `trap 'kill $recorder' EXIT`,
    awaitFile('/dev/log'),
    script,
    `timeout 10 sh -c 'until grep -q "${ending}$" "$0"; do sleep 0.05; done' ${recorded}`,
  ];
  const args = ['--mount', '--propagation', 'private', 'sh', '-ec', inside.join('\n')];
  await promisify(execFile)('unshare', args, { env: environment, timeout: 40_000 });
  const lines = readFileSync(recorded, 'latin1').trim().split('\n');
  return lines.map((line) => Buffer.from(line, 'hex').toString('latin1'));
}

/** Runs ctdb-eventd of Debian's ctdb in a CTDB_BASE, and one event that fails. */
export const stockEvent = (base: string): string => `
export CTDB_TEST_MODE=1 CTDB_BASE=${base}
${ctdb.helperDir}/ctdb-eventd & daemon=$!
${awaitFile(`${base}/run/eventd.socket`)}
${ctdb.helperDir}/ctdb-event run 10 legacy monitor || true
kill $daemon
wait $daemon`;
