import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Machine } from '../../cluster/machine.ts';

/** An address came to a node or left it. */
export interface AddressChange {
  readonly atMs: number;
  readonly pnn: number;
  readonly ip: string;
  readonly isThere: boolean;
}

/** When addresses came to nodes and left them, by the kernels' own words. */
export class AddressLog {
  readonly #changes: AddressChange[] = [];
  #noted = (): void => undefined;

  /** Listens to a node from now on. */
  listen(pnn: number, machine: Machine): void {
    const command = [...machine.entrance(), 'ip', '-o', '-ts', 'monitor', 'address'];
    const child = spawn('nsenter', command, {
      env: { PATH: process.env['PATH'], TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface(child.stdout).on('line', (line) => {
      const change = changeIn(line, pnn);
      if (change === undefined) return;
      this.#changes.push(change);
      this.#noted();
    });
  }

  /** Waits for the first change that is this. */
  async next(isIt: (change: AddressChange) => boolean): Promise<AddressChange> {
    for (;;) {
      const found = this.#changes.find(isIt);
      if (found !== undefined) return found;
      const { promise, resolve } = Promise.withResolvers<undefined>();
      this.#noted = () => {
        resolve(undefined);
      };
      await promise;
    }
  }
}

/** How late a change may be noted, in milliseconds: `ip` notes when it reads of it, for which a busy machine has it wait. */
const lateMs = 500;

/** Whether a change is the arrival of the address that has left. On another node it may have been noted before that. */
export function isArrivalAfter(left: AddressChange, { atMs, pnn, ip, isThere }: AddressChange): boolean {
  return isThere && ip === left.ip && atMs >= (pnn === left.pnn ? left.atMs : left.atMs - lateMs);
}

/** What a line of `ip -o -ts monitor address` says, if it is of an address that is in use. */
export function changeIn(line: string, pnn: number): AddressChange | undefined {
  const [, at = '', deleted, ip = ''] =
    /^\[([^\]]+)\] (Deleted )?\d+: \S+ +inet6? ([^/ ]+)\//.exec(line) ?? [];
  if (ip === '' || / tentative| dadfailed/.test(line)) return undefined;
  return { atMs: Date.parse(`${at.slice(0, 23)}Z`), pnn, ip, isThere: deleted === undefined };
}
