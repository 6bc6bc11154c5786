import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { deadlineIn } from '../process/deadline.ts';
import type { Environment } from '../process/environment.ts';
import { describeEnd } from '../process/describe-end.ts';
import { runCommand } from '../process/run-command.ts';

/** How long it may take, in milliseconds: it reads one file. */
const timeoutMs = 5_000;

/** Most that is read of what it says. */
const outputBytesMax = 64 * 1024;

/** What CTDB's own daemons pass over without a word. */
const passedOver = /^conf: unknown (?:option|section)\b/;

/** What it says in any case. */
const always = /^Failed to load config file /;

/**
 * What CTDB's own `ctdb-config validate` has against its ctdb.conf, in sentences: what ctdbd does not start with, and what it
 * passes over. Nothing where all is well, or where there is no such program.
 */
export async function validateConf(helperDir: string, environment: Environment): Promise<readonly string[]> {
  const program = join(helperDir, 'ctdb-config');
  if (!existsSync(program)) return [];
  const outcome = await runCommand(
    { command: [program, 'validate'], environment, group: 'inherited', streams: 'two' },
    { deadline: deadlineIn(timeoutMs), signal: new AbortController().signal, outputBytesMax },
  );
  if (outcome.ok) return [];
  const lines = `${outcome.stdout}\n${outcome.stderr}`
    .split('\n')
    .filter((line) => line.trim() !== '' && !always.test(line));
  if (lines.length === 0 || outcome.ended !== 'exited')
    return [`${program} validate ${describeEnd(outcome)}`];
  const consequence = lines.every((line) => passedOver.test(line))
    ? 'CTDB passes it over without a word'
    : 'ctdbd does not start with it';
  return [`${program} validate: ${lines.join('; ')}: ${consequence}`];
}
