import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  type Stats,
  symlinkSync,
  writeFileSync,
} from 'node:fs';

/** What is at a path: nothing, a link, or something else. */
export type Occupant =
  | { readonly kind: 'none' }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'file'; readonly stats: Stats };

/** Looks at a path. @throws Node's error if it cannot be seen. */
export function occupantOf(path: string): Occupant {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return { kind: 'none' };
  if (stats.isSymbolicLink()) return { kind: 'link', target: readlinkSync(path) };
  return { kind: 'file', stats };
}

/** Whether two paths are the same file, or links to the same target. */
export function isSame(one: string, other: string): boolean {
  const [a, b] = [occupantOf(one), occupantOf(other)];
  if (a.kind === 'link') return b.kind === 'link' && a.target === b.target;
  return a.kind === 'file' && b.kind === 'file' && a.stats.ino === b.stats.ino && a.stats.dev === b.stats.dev;
}

/** Whether two paths are the same, or files with the same bytes; mode and owner may differ. */
export function isAlike(one: string, other: string): boolean {
  if (isSame(one, other)) return true;
  const [a, b] = [occupantOf(one), occupantOf(other)];
  if (a.kind !== 'file' || b.kind !== 'file' || !a.stats.isFile() || !b.stats.isFile()) return false;
  return a.stats.size === b.stats.size && readFileSync(one).equals(readFileSync(other));
}

/** Puts the file or link at `from` also at `to`, and replaces what is there. Both names are one file then. */
export function linkOver(from: string, to: string): void {
  if (isSame(from, to)) return;
  inPlace(to, (draft) => {
    linkSync(from, draft);
  });
}

/** Makes a file beside `path` and renames it to `path`, so that there is a file at every moment. */
export function inPlace(path: string, make: (draft: string) => void): void {
  const draft = `${path}.new-${process.pid}`;
  try {
    make(draft);
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Reads what is at a path now, which is small, and returns a function that puts it there again. */
export function rememberOccupant(path: string): () => void {
  const was = occupantOf(path);
  switch (was.kind) {
    case 'none':
      return () => {
        rmSync(path, { force: true });
      };
    case 'link':
      return () => {
        inPlace(path, (draft) => {
          symlinkSync(was.target, draft);
        });
      };
    case 'file': {
      const bytes = readFileSync(path);
      const { mode, uid, gid } = was.stats;
      return () => {
        inPlace(path, (draft) => {
          writeFileSync(draft, bytes, { mode: mode & 0o7777 });
          chownSync(draft, uid, gid);
          chmodSync(draft, mode & 0o7777);
        });
      };
    }
  }
}
