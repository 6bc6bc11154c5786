/** A recipe, and what it was run against. */
export interface Recipe {
  /** The name of its files. */
  readonly name: string;
  /** What can be learnt from it. */
  readonly shows: string;
  /** The service and its version. */
  readonly service: string;
  /** The machine. */
  readonly where: string;
  /** The test against the real service, from the folder of the recipes. */
  readonly realTest: string;
}

const recipe = (name: string, service: string, shows: string): Recipe => ({
  name,
  shows,
  service,
  where: 'Debian 12, in namespaces',
  realTest: `real/${name}.test.ts`,
});

/** All recipes, in the order of the page: the simplest first. */
export const recipes: readonly Recipe[] = [
  recipe(
    '70.proftpd',
    'ProFTPD 1.3.8',
    'a service that listens on all addresses; options from its own file in `/etc/default`',
  ),
  recipe(
    '70.vsftpd',
    'vsftpd 3.0.3',
    'failures that are counted in `state`, and a restart before the node is given up',
  ),
  recipe(
    '70.rsyncd',
    'rsync 3.5.0',
    'a start that is waited for, and directories that may hang, looked into by `sample`',
  ),
  recipe(
    '70.nginx',
    'nginx 1.22.1',
    'a file written from the addresses that are held, and one reload for each takeover',
  ),
  recipe(
    '70.haproxy',
    'HAProxy 2.6.12',
    'addresses bound before they come, and what may make a node unhealthy and what not',
  ),
  recipe(
    '70.inventory',
    'a daemon of 15 lines in Python',
    'an HTTP health check with a deadline, whose answer is parsed by zod; a daemon that is told the addresses',
  ),
  recipe(
    '70.s3',
    'Swift 2.30.1 with its S3 interface, by s3cmd 2.3.0',
    'several services in order, and a slow check with secrets',
  ),
  recipe(
    '09.postgresql',
    'PostgreSQL 15.20',
    'a service that runs on one node at a time, with a lock beside what ctdbd thinks',
  ),
  recipe(
    '09.tgt',
    'tgt 1.0.85, with the initiator of libiscsi',
    'what goes with each address by itself, set right from what is held',
  ),
  {
    ...recipe(
      '09.nvmet',
      "the NVMe target of kernel 6.1, with the kernel's initiator",
      "the kernel's own files in place of a service",
    ),
    where: 'Debian 12, an emulated machine (`npm run test:machines`)',
    realTest: '../machines/nvmet.test.ts',
  },
];
