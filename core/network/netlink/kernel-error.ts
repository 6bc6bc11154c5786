import { getSystemErrorName } from 'node:util';

/** The kernel refused a request; the message is what iproute2 would say of it. */
export class KernelError extends Error {
  override name = 'KernelError';
  /** The errno's name as Node has it, such as `EEXIST`; `ENOTSUP` for EOPNOTSUPP, which is the same number. */
  readonly code: string;

  /**
   * @param errno Positive.
   * @param text What the C library says of it.
   * @param detail What the kernel says in words, where it does.
   */
  constructor(errno: number, text: string, detail: string | undefined) {
    super(detail === undefined ? `RTNETLINK answers: ${text}` : `Error: ${detail.replace(/\.$/, '')}.`);
    this.code = getSystemErrorName(-errno);
  }
}

/** Whether an error is the kernel's, for one of these reasons. */
export const isKernelError = (
  error: unknown,
  ...codes: readonly [string, ...string[]]
): error is KernelError => error instanceof KernelError && codes.includes(error.code);
