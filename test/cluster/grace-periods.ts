import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Whether the kernel expedites grace periods of RCU; of all nodes of a cluster here, which share it. */
const setting = '/sys/kernel/rcu_expedited';

/** `1` if it does, `0` if it has not been told to. */
export const gracePeriods = (): string => readFileSync(setting, 'utf8').trim();

/** Has the kernel end grace periods at once, or when it comes to it as where nobody has set anything, until disposed. */
export function setGracePeriods(isExpedited: boolean): Disposable {
  const before = gracePeriods();
  writeFileSync(setting, isExpedited ? '1' : '0');
  return {
    [Symbol.dispose]() {
      writeFileSync(setting, before);
    },
  };
}

/**
 * Undoes, when disposed, what event daemons have set meanwhile: those of machines that are powered off cannot, and here the
 * kernel stays.
 */
export function keepGracePeriods(): Disposable {
  const isKept = existsSync(setting) && gracePeriods() === '0';
  return {
    [Symbol.dispose]() {
      if (isKept) writeFileSync(setting, '0');
    },
  };
}
