import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** What comes at a descriptor of a daemon until it ends. */
export function heard(stream: unknown): { readonly bytes: () => Buffer; readonly ended: Promise<unknown> } {
  const readable = stream as Readable;
  const chunks: Buffer[] = [];
  readable.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { bytes: () => Buffer.concat(chunks), ended: once(readable, 'end') };
}
