/** A processor that there are packages for, in the words of those who have to do with it. */
export interface Architecture {
  readonly debian: 'amd64' | 'arm64';
  readonly rpm: string;
  /** In the names of npm packages, and `process.arch`. */
  readonly node: 'x64' | 'arm64';
  /** What the names of binutils' programs begin with. */
  readonly triplet: string;
}

/** All of them. */
export const architectures: readonly Architecture[] = [
  { debian: 'amd64', rpm: 'x86_64', node: 'x64', triplet: 'x86_64-linux-gnu' },
  { debian: 'arm64', rpm: 'aarch64', node: 'arm64', triplet: 'aarch64-linux-gnu' },
];
