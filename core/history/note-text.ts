import type { HistoryNote } from './record.ts';

/** What a note says, with its level once: many messages name it themselves. */
export const noteText = ({ level, message }: HistoryNote): string =>
  message.startsWith(`${level}: `) ? message : `${level}: ${message}`;
