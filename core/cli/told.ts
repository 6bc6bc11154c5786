import { ExportError } from '../history/read-export.ts';
import { UsageError } from '../links/usage-error.ts';
import { SameHistory } from '../timeline/make-story.ts';
import { HistoryGiven } from '../timeline/open-histories.ts';

/** Does work whose errors are told by their message: of histories that are given, and of the file system. */
export function told<T>(command: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const isOfSystem = error instanceof Error && 'code' in error;
    if (
      isOfSystem ||
      error instanceof ExportError ||
      error instanceof HistoryGiven ||
      error instanceof SameHistory
    )
      throw new UsageError(`${command}: ${error.message}`, { cause: error });
    throw error;
  }
}
