import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

/** Node has no datagram sockets of the Unix domain; Perl, which every Debian has, does. */
const program = `
use Socket; $| = 1;
socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die $!;
bind($s, sockaddr_un($ARGV[0])) or die $!;
print "ready\\n";
while (defined recv($s, my $m, 65536, 0)) { print unpack("H*", $m), "\\n"; }
`;

/** A syslog daemon's socket at a path, and the messages that came there as they were sent. */
export async function syslogSocket(path: string): Promise<{ messages: Buffer[]; stop: () => Promise<void> }> {
  const child = spawn('perl', ['-e', program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const messages: Buffer[] = [];
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  onTestFinished(stop);
  const lines = createInterface(child.stdout);
  await once(lines, 'line');
  lines.on('line', (line) => messages.push(Buffer.from(line, 'hex')));
  return { messages, stop };
}
