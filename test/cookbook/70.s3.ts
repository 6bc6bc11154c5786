import { definePlugin, Failure, healthy, option, unhealthy, type Probe, type SampleAnswer } from 'ctdb-hook';
import * as z from 'zod';

/** What a client gets of the object. */
interface Reading extends SampleAnswer {
  readonly problem: string;
}

/**
 * An S3 gateway on all public addresses. Its own health page says that it is well also when no object can be read; so one is
 * read, signed, as a client does.
 */
export default definePlugin({
  options: z.object({
    // What is started, in this order. For Ceph: ceph-radosgw.target.
    S3_SERVICES: option.words(['swift-proxy']),
    S3_PORT: option.wholeNumber(8080, { min: 1, max: 65535 }),
    // s3://BUCKET/OBJECT, a small object that is there only for this.
    S3_CHECK_OBJECT: option.word(),
    // For s3cmd: keys and the gateway's address, 127.0.0.1. Only root may read it; keys in arguments could be seen by anybody.
    S3_CHECK_CONFIG: option.path('/etc/ctdb/s3-check.conf'),
  }),
  tcp: ({ S3_PORT }) => ({ ports: [S3_PORT], reset: 'both-ends' }),

  async startup(_event, { service, options }) {
    for (const name of options.S3_SERVICES) {
      const { ok } = await service.start(name);
      if (!ok) throw new Failure(`ERROR: ${name} does not start`);
    }
  },

  async shutdown(_event, { service, options }) {
    for (const name of options.S3_SERVICES.toReversed()) await service.stop(name);
  },

  // Reads only: a cluster that is full is full for each node, and moving addresses would not help.
  async monitor(_event, { options, sample, log }) {
    const { S3_CHECK_OBJECT: object, S3_CHECK_CONFIG: config } = options;
    if (object === undefined) {
      log('WARNING: S3_CHECK_OBJECT is not set: expected s3://BUCKET/OBJECT');
      return healthy;
    }
    // Storage may take its time. An answer counts for two minutes, and meanwhile no event waits for another.
    const limits = { intervalMs: 30_000, timeoutMs: 10_000, staleMs: 120_000 };
    const latest = await sample('object', limits, (probe) => readObject(object, config, probe));
    if (latest.kind === 'answered')
      return latest.answer.ok
        ? healthy
        : unhealthy(`ERROR: ${object} cannot be read: ${latest.answer.problem}`);
    return unhealthy(`ERROR: ${object} could not be read in time since ${latest.since.toISOString()}`);
  },
});

/** A gateway that fails is asked again by s3cmd, for half a minute. Its first answer is enough, and is told when time is up. */
async function readObject(object: string, config: string, { run }: Probe): Promise<Reading> {
  const { ok, stderr } = await run(['s3cmd', '--config', config, 'get', object, '-'], { timeoutMs: 8000 });
  return { ok, problem: stderr.split('\n')[0] ?? '' };
}
