import type { LogLevel } from '../ctdb-config/log-level.ts';

/** How serious a message is by its own word. Without one it is a warning. */
export const levelOf = (message: string): LogLevel =>
  (['ERROR', 'NOTICE'] as const).find((level) => message.startsWith(level)) ?? 'WARNING';
