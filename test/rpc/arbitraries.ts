import fc from 'fast-check';

/** Any number of XDR. */
export const anyNumber = fc.integer({ min: 0, max: 2 ** 32 - 1 });

/** Any bytes. */
export const anyBytes = (maxLength = 100) => fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes));
