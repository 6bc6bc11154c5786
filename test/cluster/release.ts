/** What a cluster of the real ctdbd has to know of the Debian release whose CTDB it is. */
export interface Release {
  /** Debian's name of the release, such as `bookworm`. */
  readonly suite: string;
  /** What the version of its CTDB begins with, such as `4.17.`. */
  readonly ctdb: string;
  /** The directory with its file system; the real computer's own, whose release it has to be, if it is not given. */
  readonly root?: string;
  /** The scripts that nodes have enabled, such as `00.ctdb`, where the test does not say otherwise. */
  readonly scripts: readonly string[];
  /** What starts ctdbd: `ExecStart=` of its ctdb.service. */
  readonly start: readonly string[];
  /** What is there below /run before: `RuntimeDirectory=` of its ctdb.service, and what its tmpfiles.d makes. */
  readonly runDirs: readonly string[];
  /** What ctdbd needs there as well and its package does not make; the README has the unit make it. */
  readonly addedRunDirs: readonly string[];
  /** Where the event daemon has its socket and pid file, and ctdbd its pid file. */
  readonly eventdDir: string;
  /** Where ctdbd itself listens. */
  readonly ctdbdSocket: string;
  /** Where CTDB has its helper programs, ctdb-eventd among them. */
  readonly helperDir: string;
  /** What 60.nfs runs when locks have to be reclaimed. */
  readonly statdHelper: string;
  /** What its NFS-Ganesha needs in NFS_CORE_PARAM to start here. */
  readonly ganeshaSettings: string;
  /** The section `[cluster]` of ctdb.conf calls its lock this. */
  readonly lockOption: 'cluster lock' | 'recovery lock';
  /** The ctdb command that says which node leads. */
  readonly leaderCommand: 'leader' | 'recmaster';
}
