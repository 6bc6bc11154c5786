import { warn } from '../links/output.ts';
import { SwitchError } from '../switch/switch-error.ts';

/** Does something, and says why it could not be done. @returns its exit status, or 1 */
export async function sayErrors(action: () => Promise<number>): Promise<number> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof SwitchError) && !(error instanceof Error && 'syscall' in error)) throw error;
    warn(`ctdb-hook: ${error.message}`);
    return 1;
  }
}
