/** Numbers as XDR has them. */
export const words = (...numbers: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, index) => bytes.writeUInt32BE(number >>> 0, 4 * index));
  return bytes;
};

/** An accepted reply with an empty verifier, from its status on. */
export const accepted = (xid: number, ...rest: readonly number[]): Buffer => words(xid, 1, 0, 0, 0, ...rest);

/** Bytes of any length as XDR has them. */
export const opaque = (bytes: Buffer | string): Buffer => {
  const body = Buffer.from(bytes as string);
  return Buffer.concat([words(body.length), body, Buffer.alloc(-body.length & 3)]);
};

/** A fragment of a record. */
export const fragment = (bytes: Buffer, isLast: boolean): Buffer =>
  Buffer.concat([words(bytes.length + (isLast ? 0x8000_0000 : 0)), bytes]);

/** A record of one fragment. */
export const record = (bytes: Buffer): Buffer => fragment(bytes, true);
