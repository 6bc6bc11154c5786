import { rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { replaceFile } from '../files/replace-file.ts';
import type { RunRecord } from '../run/run-event.ts';
import type { MetricsSettings } from './metrics-settings.ts';
import { serveMetrics } from './metrics-socket.ts';
import { NodeMetrics, type Measured } from './node-metrics.ts';

/** How often the file is written at most, in milliseconds. node_exporter reads it each 15 s or so. */
const fileIntervalMs = 5000;

/** What the publisher needs to know of the event daemon. */
export interface Published {
  readonly labels: Readonly<Record<'version' | 'build' | 'node', string>>;
  readonly since: Date;
  /** Looks at what changes between events. */
  measure(): Measured;
  report(message: string): void;
}

/** Publishes the metrics of the event daemon, in a file and on a socket. A fault of it fails no event; it is reported once. */
export class MetricsPublisher {
  readonly #published: Published;
  readonly #file: { readonly path: string; readonly metrics: NodeMetrics } | undefined;
  readonly #onSocket: NodeMetrics | undefined;
  #server: Server | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastFault = '';

  constructor({ file, socket }: MetricsSettings, published: Published) {
    this.#published = published;
    const { labels, since } = published;
    if (file !== undefined)
      this.#file = { path: file, metrics: new NodeMetrics('prometheus', labels, since) };
    if (socket === undefined) return;
    this.#onSocket = new NodeMetrics('openmetrics', labels, since);
    void this.#serve(socket, this.#onSocket);
  }

  /** An event was run. */
  addRun(record: RunRecord): void {
    for (const metrics of this.#all) metrics.addRun(record);
    this.#timer ??= setTimeout(() => void this.#write(), fileIntervalMs).unref();
  }

  /** A plugin host has started. */
  addHostStart(): void {
    for (const metrics of this.#all) metrics.addHostStart();
  }

  /** Ends it. The file is removed: nobody shall take what it said for what is. */
  close(): void {
    clearTimeout(this.#timer);
    this.#server?.close();
    this.#server?.closeAllConnections();
    try {
      if (this.#file !== undefined) rmSync(this.#file.path, { force: true });
    } catch {
      // Something else stands there, or the file system is read-only: the daemon ends all the same.
    }
  }

  get #all(): readonly NodeMetrics[] {
    return [this.#file?.metrics, this.#onSocket].filter((metrics) => metrics !== undefined);
  }

  async #write(): Promise<void> {
    if (this.#file === undefined) return;
    const { path, metrics } = this.#file;
    try {
      const text = await metrics.text(this.#published.measure());
      replaceFile(path, text, 0o644);
      this.#lastFault = '';
    } catch (error) {
      this.#tell(`WARNING: ${path}: the metrics cannot be written: ${messageOf(error)}`);
    }
    this.#timer = undefined;
  }

  async #serve(path: string, metrics: NodeMetrics): Promise<void> {
    try {
      this.#server = await serveMetrics(path, {
        contentType: metrics.contentType,
        text: () => metrics.text(this.#published.measure()),
      });
    } catch (error) {
      this.#published.report(`WARNING: ${path}: metrics cannot be had there: ${messageOf(error)}`);
    }
  }

  #tell(fault: string): void {
    if (fault !== this.#lastFault) this.#published.report(fault);
    this.#lastFault = fault;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
