import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { bareNode } from './programs.ts';

/** What the figures of a run depend on. */
export interface Platform {
  readonly node: string;
  readonly ctdb: string;
  readonly machine: string;
}

/** This computer. */
export function findPlatform(hasStock: boolean): Platform {
  const [cpu] = cpus();
  return {
    node: said(bareNode(), '--version').replace('v', ''),
    ctdb: hasStock ? `ctdb ${said('ctdb', 'version')}` : 'without CTDB',
    machine: `${cpus().length} cores of ${cpu?.model ?? 'an unknown processor'}`,
  };
}

const said = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8' }).trim();
