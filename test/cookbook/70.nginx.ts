import { definePlugin, Failure, healthy, option, unhealthy, type Context } from 'ctdb-hook';
import * as z from 'zod';

const options = z.object({
  NGINX_SERVICE: option.word('nginx'),
  NGINX_PORT: option.wholeNumber(80, { min: 1, max: 65535 }),
  // The server's block has `listen 127.0.0.1:80;` and `include` of this file. Without a `listen` nginx takes all addresses.
  NGINX_LISTEN_FILE: option.path('/etc/nginx/ctdb-listen.conf'),
  NGINX_CHECK_PATH: option.word('/'),
});

type Nginx = Context<z.output<typeof options>>;

/** Serves web pages on the public addresses that this node holds, and on no other address of it. */
export default definePlugin({
  options,
  tcp: ({ NGINX_PORT }) => ({ ports: [NGINX_PORT], reset: 'both-ends' }),

  async startup(_event, context) {
    await writeListenFile(context);
    const { ok } = await context.service.start(context.options.NGINX_SERVICE);
    if (!ok) throw new Failure(`ERROR: ${context.options.NGINX_SERVICE} does not start`);
  },

  async shutdown(_event, { service, options }) {
    await service.stop(options.NGINX_SERVICE);
  },

  // Once per takeover, however many addresses moved. It is not done at takeip and releaseip: nginx would be reloaded for each.
  async ipreallocated({ changes }, context) {
    if (!changes.any) return;
    await writeListenFile(context);
    await reload(context);
  },

  // Asks on each address: nginx may refuse a new `listen` after the reload has said that all is well, and go on without it.
  async monitor(_event, context) {
    const { NGINX_PORT: port, NGINX_CHECK_PATH: path, NGINX_SERVICE: name } = context.options;
    const hosts = ['127.0.0.1', ...(await heldAddresses(context))];
    const urls = hosts.map((host) => `http://${host}:${port}${path}`);
    // Tries again, for a reload of a moment ago may still go on.
    const again = ['--retry', '2', '--retry-connrefused', '--retry-delay', '1'];
    const ask = ['curl', '-gsSfI', '--fail-early', '--max-time', '3', ...again, ...urls] as const;
    const { ok, stderr } = await context.run(ask, { timeoutMs: 10_000 });
    return ok ? healthy : unhealthy(`ERROR: ${name} does not serve: ${stderr.trim()}`);
  },
});

/** The held addresses as they stand in a URL. */
async function heldAddresses({ addresses }: Nginx): Promise<readonly string[]> {
  return (await addresses()).map(({ ip }) => (ip.includes(':') ? `[${ip}]` : ip)).sort();
}

/** From what the node holds and not from what has changed: so it is right whatever was missed. */
async function writeListenFile(context: Nginx): Promise<void> {
  const { NGINX_LISTEN_FILE: file, NGINX_PORT: port } = context.options;
  const lines = (await heldAddresses(context)).map((host) => `listen ${host}:${port};\n`);
  await context.edit.write(file, lines.join(''));
}

/**
 * It does not throw: ctdbd would repeat the takeover run and then ban the node, for a fault in a configuration that all nodes
 * may have. The next monitor tells that an address is not served.
 */
async function reload({ act, log, service, options }: Nginx): Promise<void> {
  const tested = await act(['nginx', '-t'], { quiet: true });
  if (!tested.ok) {
    log(`WARNING: ${options.NGINX_SERVICE} is not reloaded: ${tested.stderr.trim()}`);
    return;
  }
  await service.reload(options.NGINX_SERVICE);
}
