import { constants } from 'node:fs';
import koffi from 'koffi';
import { fileBytes, lateFile, pieceBytes, readFile, servedDirectory, writtenFile } from '../served.ts';
import type { Session } from './session.ts';

const library = koffi.load('libnfs.so.13');
const create = library.func('void *nfs_init_context()');
const destroy = library.func('void nfs_destroy_context(void *nfs)');
const setVersion = library.func('int nfs_set_version(void *nfs, int version)');
const mount = library.func('int nfs_mount(void *nfs, const char *server, const char *directory)');
const openFile = library.func('int nfs_open(void *nfs, const char *path, int flags, _Out_ void **file)');
const pread = library.func(
  'int nfs_pread(void *nfs, void *file, uint64_t offset, uint64_t count, _Out_ void *bytes)',
);
const pwrite = library.func(
  'int nfs_pwrite(void *nfs, void *file, uint64_t offset, uint64_t count, const void *bytes)',
);
const getError = library.func('const char *nfs_get_error(void *nfs)');

/** In bytes. libnfs 4.0.0 does not encode a larger write of NFSv4: findings/nfs-cp-v4-writes-nothing.sh. */
const writeMax = { 3: pieceBytes, 4: 2048 } as const;

/** Mounts what the server exports, by libnfs. It connects anew by itself and asks again, where the version allows it. */
export function openNfs(version: 3 | 4, ip: string): Session {
  const nfs: unknown = create();
  const must = (result: number): number => {
    if (result < 0) throw new Error(String(getError(nfs)));
    return result;
  };
  const opened = (name: string, flags: number): unknown => {
    const file: unknown[] = [null];
    must(Number(openFile(nfs, `/${name}`, flags, file)));
    return file[0];
  };
  try {
    setVersion(nfs, version);
    must(Number(mount(nfs, ip, servedDirectory)));
    const reading = opened(readFile, constants.O_RDONLY);
    const writing = opened(writtenFile(`NFSv${version}`), constants.O_WRONLY);
    const bytes = Buffer.alloc(pieceBytes);
    let offset = 0;
    const next = (): number => (offset = (offset + pieceBytes) % fileBytes);
    return {
      ask: () => void must(Number(pread(nfs, reading, 0, 1024, bytes))),
      read: () => void must(Number(pread(nfs, reading, next(), pieceBytes, bytes))),
      write: () => void must(Number(pwrite(nfs, writing, next(), writeMax[version], bytes))),
      late: () => void must(Number(pread(nfs, opened(lateFile, constants.O_RDONLY), 0, 1024, bytes))),
      close: () => void destroy(nfs),
    };
  } catch (error) {
    destroy(nfs);
    throw error;
  }
}
