/** Bytes written as hex, with spaces wherever they help. */
export const b = (hex: string): Buffer => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');
