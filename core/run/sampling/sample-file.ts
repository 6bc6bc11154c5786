import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../../files/replace-file.ts';
import { Sampler } from './sampler.ts';
import { type SampleView, sampleView } from './sample-view.ts';

/** How often the file is written at most, in milliseconds. */
const intervalMs = 1000;

/** Who keeps samples: the event daemon's plugin host, or the resident host of links. */
export const samplers = ['daemon', 'links'] as const;

const content = z.object({ pid: z.int().positive(), samples: z.array(sampleView) });

const pathOf = (runDirectory: string, by: (typeof samplers)[number]): string =>
  join(runDirectory, `samples-${by}.json`);

/**
 * A sampler that writes down what is known of its checks, for `ctdb-hook status`, in a directory that only root may enter. Where it cannot
 * write, nobody sees it, and nothing else is lost.
 */
export function openSampler(runDirectory: string, by: (typeof samplers)[number]): Sampler {
  const path = pathOf(runDirectory, by);
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    timer = undefined;
    try {
      replaceFile(path, JSON.stringify({ pid: process.pid, samples: sampler.views }));
    } catch {
      // The directory is missing or full.
    }
  };
  const sampler = new Sampler(() => {
    timer ??= setTimeout(write, intervalMs).unref();
  });
  process.on('exit', () => {
    try {
      if (pidIn(path) === process.pid) rmSync(path, { force: true });
    } catch {
      // Nobody shows it: this process will not live.
    }
  });
  return sampler;
}

/** What the processes that live now have written down. Those of a process that was killed are not shown. */
export function readSamples(runDirectory: string): SampleView[] {
  return samplers.flatMap((by) => {
    const { pid, samples } = read(pathOf(runDirectory, by));
    return isAlive(pid) ? samples : [];
  });
}

const pidIn = (path: string): number => read(path).pid;

function read(path: string): z.output<typeof content> {
  try {
    return content.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return { pid: 0, samples: [] }; // There is none, or it is of another version.
  }
}

function isAlive(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
