/** Bytes are not what a codec expects. Their sender is at fault. */
export class MalformedPacket extends Error {
  override name = 'MalformedPacket';
  /** The wire type or field, with the outer ones first: `body args stringn`. */
  readonly what: string;
  /** Its place, in bytes from the start of the packet. */
  readonly offset: number;
  readonly needed: string;
  readonly had: string;

  constructor(what: string, offset: number, needed: string, had: string) {
    super(`Cannot decode ${what} at ${offset}: needs ${needed}, has ${had}`);
    this.what = what;
    this.offset = offset;
    this.needed = needed;
    this.had = had;
  }

  /** The same error as part of a larger value. */
  within(outer: string): MalformedPacket {
    return new MalformedPacket(`${outer} ${this.what}`, this.offset, this.needed, this.had);
  }
}

/** Throws MalformedPacket unless there are as many bytes as this from `offset` on. */
export function needBytes(what: string, bytes: Buffer, offset: number, count: number): void {
  const had = bytes.length - offset;
  if (had < count) throw new MalformedPacket(what, offset, `${count} bytes`, `${had}`);
}
