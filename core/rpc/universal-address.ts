/**
 * The port in a universal address, RFC 5665 5.2.3: `127.0.0.1.8.1` and `::1.8.1` are port 2049. Undefined for anything
 * else, and for port 0.
 */
export function portOf(universal: string): number | undefined {
  const parts = /\.(\d{1,3})\.(\d{1,3})$/.exec(universal);
  if (parts === null) return undefined;
  const [high, low] = [Number(parts[1]), Number(parts[2])];
  const port = high * 256 + low;
  return high > 255 || low > 255 || port === 0 ? undefined : port;
}

/** An address and a port as a universal address. */
export const universalAddress = (host: string, port: number): string => `${host}.${port >> 8}.${port & 255}`;
