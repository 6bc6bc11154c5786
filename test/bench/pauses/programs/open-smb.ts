import { constants } from 'node:fs';
import koffi from 'koffi';
import { fileBytes, lateFile, pieceBytes, readFile, writtenFile } from '../served.ts';
import type { Session } from './session.ts';

const library = koffi.load('libsmbclient.so.0');
const credentials = koffi.proto(
  'void credentials(const char *server, const char *share, void *workgroup, int workgroupBytes, void *user, int userBytes, void *password, int passwordBytes)',
);
const create = library.func('void *smbc_new_context()');
const init = library.func('void *smbc_init_context(void *context)');
const use = library.func('void *smbc_set_context(void *context)');
const free = library.func('int smbc_free_context(void *context, int isForced)');
const setCredentials = library.func('smbc_setFunctionAuthData', 'void', [
  'void *',
  koffi.pointer(credentials),
]);
const openFile = library.func('int smbc_open(const char *url, int flags, unsigned int mode)');
const seek = library.func('int64_t smbc_lseek(int file, int64_t offset, int whence)');
const readBytes = library.func('int64_t smbc_read(int file, _Out_ void *bytes, size_t count)');
const writeBytes = library.func('int64_t smbc_write(int file, const void *bytes, size_t count)');

/** No name, no password: a guest. */
const guest = koffi.register(() => undefined, koffi.pointer(credentials));

/** Connects to the share, by libsmbclient. */
export function openSmb(ip: string): Session {
  const context: unknown = create();
  setCredentials(context, guest);
  init(context);
  use(context);
  const must = (result: unknown): number => {
    if (Number(result) < 0) throw new Error(`libsmbclient fails with error ${koffi.errno()}`);
    return Number(result);
  };
  const host = ip.includes(':') ? `[${ip}]` : ip;
  const opened = (name: string, flags: number): number =>
    must(openFile(`smb://${host}/served/${name}`, flags, 0));
  const close = (): void => void free(context, 1);
  try {
    const reading = opened(readFile, constants.O_RDONLY);
    const writing = opened(writtenFile('SMB'), constants.O_WRONLY);
    const bytes = Buffer.alloc(pieceBytes);
    let offset = 0;
    const get = (file: number, from: number, count: number): void => {
      must(seek(file, from, 0));
      must(readBytes(file, bytes, count));
    };
    const next = (): number => (offset = (offset + pieceBytes) % fileBytes);
    return {
      ask: () => {
        get(reading, 0, 1024);
      },
      read: () => {
        get(reading, next(), pieceBytes);
      },
      write() {
        must(seek(writing, next(), 0));
        must(writeBytes(writing, bytes, pieceBytes));
      },
      late: () => {
        get(opened(lateFile, constants.O_RDONLY), 0, 1024);
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}
