import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { definePlugin, Failure, healthy } from 'ctdb-hook';

/** Holds the event at which there is to be trouble, and what trouble: `monitor spin`. It is read once. */
const troublePath = '/run/scenario/trouble';

/** Holds the path of a package.json by which koffi is found. */
const packagePath = '/run/scenario/package';

/** Most that it lives on, in milliseconds; it is ended long before. */
const longMs = 100_000;

const deeds: Readonly<Record<string, () => unknown>> = {
  fail: () => {
    throw new Failure('the plugin complains');
  },
  spin: () => {
    for (;;);
  },
  linger: () => new Promise((resolve) => setTimeout(resolve, longMs)),
  exit: () => process.exit(7),
  abort: () => process.abort(),
  // A read of address 16 in native code, which no JavaScript can catch.
  segfault: () => {
    const koffi = createRequire(readFileSync(packagePath, 'utf8'))('koffi') as {
      decode: (address: bigint, type: string) => unknown;
    };
    return koffi.decode(16n, 'int');
  },
};

/** A plugin that misbehaves, once each time that it is told to. */
export default definePlugin({
  async monitor() {
    await misbehaveAt('monitor');
    return healthy;
  },
  ipreallocated: () => misbehaveAt('ipreallocated'),
  recovered: () => misbehaveAt('recovered'),
});

async function misbehaveAt(event: string): Promise<void> {
  let text: string;
  try {
    text = readFileSync(troublePath, 'utf8');
  } catch {
    return;
  }
  const [when, deed = ''] = text.trim().split(' ');
  if (when !== event) return;
  rmSync(troublePath);
  await deeds[deed]?.();
}
