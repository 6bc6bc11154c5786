/** What stands in a command's output if it could not be started, as a shell would say it. */
export const whyNotStarted = (file: string, code: string): string =>
  code === 'ENOENT' ? `${file}: command not found\n` : `${file}: cannot execute: ${code}\n`;
