import { getSystemErrorName } from 'node:util';

/** The kernel refused a request. The message is that of iproute2. */
export class KernelError extends Error {
  override name = 'KernelError';
  /** The errno's name in Node, such as `EEXIST`. For EOPNOTSUPP it is `ENOTSUP`, which has the same number. */
  readonly code: string;

  /**
   * @param errno Positive.
   * @param text The C library's text for it.
   * @param detail The kernel's own text, if it has sent one.
   */
  constructor(errno: number, text: string, detail: string | undefined) {
    super(detail === undefined ? `RTNETLINK answers: ${text}` : `Error: ${detail.replace(/\.$/, '')}.`);
    this.code = getSystemErrorName(-errno);
  }
}

/** Whether an error is a KernelError with one of these codes. */
export const isKernelError = (
  error: unknown,
  ...codes: readonly [string, ...string[]]
): error is KernelError => error instanceof KernelError && codes.includes(error.code);
