import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { removeFile } from '../files/remove-file.ts';
import { readRunningProcess } from '../process/proc-table.ts';
import type { AnswerFifo } from './answer-fifo.ts';
import { readPid } from './read-pid.ts';
import type { ResidentPlace } from './resident-place.ts';

/** How often it is looked whether a link has ended, in milliseconds, and how many times at most. */
const lookMs = 5;
const looksMax = 200;

/** The lock that one link at a time has while it talks to the host. The link makes it; the host removes it. */
export class LinkLock {
  readonly #place: ResidentPlace;
  #answered = 0;

  constructor(place: ResidentPlace) {
    this.#place = place;
  }

  /** Notes that this link has its answer: when it has closed its FIFO, it needs the lock no longer. */
  answered(pid: number): void {
    this.#answered = pid;
  }

  /**
   * Removes the lock, and what its link has left, when no link has the FIFO open. A link that has come meanwhile keeps its own. A
   * link that was killed closes its FIFO a moment before it is gone, so this may take a while.
   */
  remove(answers: AnswerFifo | undefined, looks = looksMax): void {
    const { lock, asked } = this.#place;
    const owner = readPid(lock);
    const isInUse = owner === undefined ? existsSync(lock) : owner !== this.#answered && isAlive(owner);
    if (isInUse && looks > 0) {
      setTimeout(() => {
        this.remove(answers, looks - 1);
      }, lookMs);
      return;
    }
    if (isInUse && owner !== undefined) return; // It asks now.
    this.#answered = 0;
    if (existsSync(asked)) removeFile(asked);
    answers?.drain();
    removeFile(lock);
  }

  /** Waits for a link of an earlier host, which may be about to look whether that had begun its event. */
  async ownerHasEnded(): Promise<void> {
    for (let look = 0; look < looksMax; look += 1) {
      const owner = readPid(this.#place.lock);
      if (owner === undefined || !isAlive(owner)) return;
      await delay(lookMs);
    }
  }
}

const isAlive = (pid: number): boolean => readRunningProcess(pid) !== undefined;
