import { constants } from 'node:os';
import { getSystemErrorMessage } from 'node:util';

/** An error of a file as Node has it: `ENOSPC: no space left on device, write`. */
export function fileError(code: string, syscall: string, path?: string): NodeJS.ErrnoException {
  const number = numbers[code];
  if (number === undefined)
    throw new Error(`a file fails with ${JSON.stringify(code)}, expected an errno such as ENOSPC`);
  const where = path === undefined ? '' : ` '${path}'`;
  const error: NodeJS.ErrnoException = new Error(
    `${code}: ${getSystemErrorMessage(-number)}, ${syscall}${where}`,
  );
  return Object.assign(error, { errno: -number, code, syscall, ...(path !== undefined && { path }) });
}

const numbers: Readonly<Record<string, number | undefined>> = constants.errno;
