/**
 * Each scenario lets a process end that something here may signal, has its number given to a stranger, and has that signal sent.
 * Run in a process namespace of its own; prints what came of it as JSON.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandGroups } from '../../../core/daemon/plugin-hosts/command-groups.ts';
import { HostProcess } from '../../../core/daemon/plugin-hosts/host-process.ts';
import { watchProcess } from '../../../core/process/watch-process.ts';
import { Family } from '../../../core/process/family.ts';
import { deadlineIn } from '../../../core/process/deadline.ts';
import { superviseInSteps } from '../../../core/process/run-within-limits.ts';
import { strangerWith, survives, until, untilEnded, untilGone } from './numbers.ts';

/** What a scenario found: whether the number was given out while it was in use, and whether who got it lived on. */
export interface Found {
  readonly isGivenOut: boolean;
  readonly survives: boolean;
  /** Whether the number could be had in the end. */
  readonly isFreeInTheEnd?: boolean;
}

const environment = { PATH: process.env['PATH'] ?? '' };

/** A program out of time ends while somebody looks what it does, before it is told to. */
async function outOfTime(): Promise<Found> {
  let program = 0;
  let stranger: ReturnType<typeof strangerWith>;
  const { gone } = superviseInSteps(
    { file: 'sleep', argv: ['sleep', '300'], environment, group: 'own', output: { kind: 'nowhere' } },
    {
      deadline: deadlineIn(200),
      async beforeEnd(pid) {
        program = pid;
        process.kill(pid, 'SIGKILL');
        await untilEnded(pid);
        // With execa Node waits for it; else it is for ours to wait, who must not do so yet.
        if (process.env['CTDB_HOOK_SPAWN'] === 'execa') await untilGone(pid);
        else await once(spawn('true'), 'close');
        stranger = strangerWith(pid);
      },
    },
  );
  await gone;
  const isFreeInTheEnd = stranger === undefined && strangerWith(program) !== undefined;
  return {
    isGivenOut: stranger !== undefined,
    survives: stranger === undefined || (await survives(stranger)),
    isFreeInTheEnd,
  };
}

/** A descendant of a program without a group of its own was seen, and has ended when they are signalled. */
async function descendant(): Promise<Found> {
  const program = spawn('bash', ['-c', 'sleep 300 & echo $!; wait; exec sleep 300']);
  const [line] = (await once(createInterface(program.stdout), 'line')) as [string];
  const family = new Family(program.pid ?? 0, false);
  if (!family.members().some(({ pid }) => pid === Number(line))) throw new Error('expected to see the child');
  // /proc tells start times in hundredths of a second; no kernel goes through all numbers in that time.
  await delay(20);
  process.kill(Number(line), 'SIGKILL');
  await untilGone(Number(line));
  const stranger = strangerWith(Number(line));
  family.signal('SIGKILL');
  await once(program, 'exit');
  return {
    isGivenOut: stranger !== undefined,
    survives: stranger !== undefined && (await survives(stranger)),
  };
}

/** A command of a host has ended, and the daemon has not yet heard of it. */
async function command(): Promise<Found> {
  const host = spawn('bash', ['-c', 'set -m; sleep 300 & echo $!; wait; exec sleep 300'], { detached: true });
  const [line] = (await once(createInterface(host.stdout), 'line')) as [string];
  const groups = new CommandGroups(host.pid ?? 0);
  groups.set(Number(line), 'of event');
  process.kill(Number(line), 'SIGKILL');
  await untilGone(Number(line));
  const stranger = strangerWith(Number(line));
  groups.killOfEvent();
  const lives = stranger !== undefined && (await survives(stranger));
  host.kill('SIGKILL');
  return { isGivenOut: stranger !== undefined, survives: lives };
}

/** A host has ended and was waited for, while a program that it started still holds its output. */
async function host(): Promise<Found> {
  const folder = process.argv[3] ?? '';
  const program = join(folder, 'host.mjs');
  const holder = `spawn('sleep', ['300'], { detached: true, stdio: ['ignore', 'inherit', 'inherit'] })`;
  writeFileSync(
    program,
    `import { spawn } from 'node:child_process'; import { writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(join(folder, 'holder'))}, String(${holder}.pid)); process.exit(1);`,
  );
  const ended = new HostProcess({
    component: 'legacy',
    program,
    environment: process.env,
    runDirectory: folder,
    report: () => undefined,
  });
  let isOver = false;
  void ended.ended.then(() => (isOver = true));
  await untilGone(ended.pid);
  const stranger = strangerWith(ended.pid);
  ended.kill('it is late', 'INFO');
  await until(() => isOver);
  return {
    isGivenOut: stranger !== undefined,
    survives: stranger !== undefined && (await survives(stranger)),
  };
}

/** The daemon's parent has ended. Here `survives` says that its end is noticed though there is such a process. */
async function parent(): Promise<Found> {
  const watched = spawn('sleep', ['300']);
  let isGone = false;
  watchProcess(watched.pid ?? 0, () => (isGone = true));
  watched.kill('SIGKILL');
  await untilGone(watched.pid ?? 0);
  const stranger = strangerWith(watched.pid ?? 0);
  await until(() => isGone);
  return {
    isGivenOut: stranger !== undefined,
    survives: stranger !== undefined && (await survives(stranger)),
  };
}

const scenarios = { outOfTime, descendant, command, host, parent };
/** Their names. */
export type Scenario = keyof typeof scenarios;

const scenario = scenarios[process.argv[2] as Scenario];
console.log(JSON.stringify(await scenario()));
// What was started here ends with the namespace.
process.exit(0);
