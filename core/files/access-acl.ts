import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import { bytesOf } from '../text/bytes-as-text.ts';
import { loadKoffi } from '../libc/load-koffi.ts';

/** An entry of a POSIX access ACL that permits writing after its mask: the owning group, or a user or group by id. */
export interface AclWriter {
  readonly kind: 'owning group' | 'user' | 'group';
  /**
   * The id in this process's user namespace. It is 0xffffffff for an id that the namespace does not map, and 0 for the
   * owning group.
   */
  readonly id: number;
}

/**
 * Who may write by the POSIX access ACL of a file or directory, besides the owner and all others. koffi reads the extended
 * attribute, since Node has no call for it and getfacl may be missing. Undefined if there is no ACL, or the file system has
 * none.
 *
 * @throws Error with the reason if it cannot be read: koffi does not load, or the kernel refuses.
 */
export function readAclWriters(path: string): readonly AclWriter[] | undefined {
  const value = Buffer.alloc(valueBytesMax);
  const name = Buffer.from(`${attribute}\0`);
  const { read, errno } = (opened ??= open());
  const length = read(Buffer.concat([bytesOf(path), Buffer.alloc(1)]), name, value, value.length);
  if (length >= 0) return writersOf(value.subarray(0, length));
  const code = errno();
  if (code === constants.errno.ENODATA || code === constants.errno.EOPNOTSUPP) return undefined;
  throw new Error(`${attribute} cannot be read: ${getSystemErrorName(-code)}`);
}

interface Reader {
  readonly read: (path: Buffer, name: Buffer, value: Buffer, bytes: number) => number;
  readonly errno: () => number;
}

let opened: Reader | undefined;

function open(): Reader {
  const koffi = loadKoffi();
  const call = koffi.load('libc.so.6').func('getxattr', 'int64_t', ['void *', 'void *', 'void *', 'size_t']);
  return { read: (...args) => Number(call(...args)), errno: () => koffi.errno() };
}

/** From acl(5) and <linux/xattr.h>. */
const attribute = 'system.posix_acl_access';

/** Most bytes of an extended attribute (XATTR_SIZE_MAX in <linux/limits.h>). */
const valueBytesMax = 65_536;

/** The layout in <linux/posix_acl_xattr.h>: a version, then entries of tag, permissions and id, all little-endian. */
const version = 2;
const entry = { first: 4, bytes: 8, permissions: 2, id: 4 } as const;

/** Tags and permissions in <linux/posix_acl.h>. */
const tags = { user: 0x02, owningGroup: 0x04, group: 0x08, mask: 0x10 } as const;
const mayWrite = 0x02;

/** @throws Error for a layout other than the known one. */
function writersOf(value: Buffer): readonly AclWriter[] {
  if (value.length < entry.first || value.readUInt32LE(0) !== version)
    throw new Error(`${attribute} is of another version than ${version}`);
  const entries = [];
  for (let at: number = entry.first; at + entry.bytes <= value.length; at += entry.bytes)
    entries.push({
      tag: value.readUInt16LE(at),
      permissions: value.readUInt16LE(at + entry.permissions),
      id: value.readUInt32LE(at + entry.id),
    });
  const mask = entries.find(({ tag }) => tag === tags.mask)?.permissions ?? mayWrite;
  return entries.flatMap(({ tag, permissions, id }): AclWriter[] => {
    if ((permissions & mask & mayWrite) === 0) return [];
    if (tag === tags.owningGroup) return [{ kind: 'owning group', id: 0 }];
    if (tag === tags.user) return [{ kind: 'user', id }];
    return tag === tags.group ? [{ kind: 'group', id }] : [];
  });
}
