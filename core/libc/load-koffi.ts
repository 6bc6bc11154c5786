import { createRequire } from 'node:module';
import type * as Koffi from 'koffi';

/** What is used of koffi: functions of the C library, called without a wrapper in C. */
export type NativeCalls = Pick<typeof Koffi, 'load' | 'address' | 'errno' | 'view'>;

/**
 * The native part of koffi. Its package's index costs four times as much to load, because it looks for the platform in
 * the program file of Node; it is asked where the native part is not found beside it. Throws if neither loads.
 */
export function loadKoffi(): NativeCalls {
  const { arch } = process;
  const require = createRequire(import.meta.url);
  try {
    return require(`@koromix/koffi-linux-${arch}/linux_${arch}/koffi.node`) as typeof Koffi;
  } catch {
    return require('koffi') as typeof Koffi;
  }
}
