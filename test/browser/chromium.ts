import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import { packageRoot } from '../../core/package/package-root.ts';

/** Debian 12 with its Chromium, which is kept for the next time. */
const root = '/var/cache/ctdb-hook-tests/browser';
const keptDays = 30;

/** Where pages are put, as the browser sees it. */
const folder = '/tmp/pages';

/** The size of its window, in pixels. */
export const windowSize = { width: 1400, height: 1000 } as const;

/** How long an answer may take, in milliseconds. */
const answerMs = 60_000;

/** Makes the Debian that has the browser, if it is not there or too old. */
export async function makeBrowser(): Promise<void> {
  if (existsSync(root) && Date.now() - statSync(root).mtimeMs < keptDays * 86_400_000) return;
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, '..'), { recursive: true });
  await execa(join(packageRoot, '.config/debian-root'), ['bookworm', root, 'chromium', 'fonts-dejavu-core']);
}

/** What the browser says without being asked. */
export interface Said {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A Chromium without a screen, driven by its DevTools protocol through pipes. It has no network of its own. */
export class Chromium implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #input: Writable;
  readonly #waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  #session: string | undefined;
  #count = 0;
  #rest = '';
  /** All that it has said of the page: errors, requests, what a policy has refused. */
  readonly said: Said[] = [];

  private constructor(child: ChildProcess, input: Writable, output: Readable) {
    this.#child = child;
    this.#input = input;
    output.setEncoding('utf8').on('data', (text: string) => {
      const messages = (this.#rest + text).split('\0');
      this.#rest = messages.pop() ?? '';
      for (const message of messages) this.#hear(JSON.parse(message) as Record<string, unknown>);
    });
  }

  /** Starts it with an empty page. */
  static async start(): Promise<Chromium> {
    const flags = [
      '--headless',
      '--no-sandbox', // It is root in a Debian of its own.
      '--disable-gpu',
      '--remote-debugging-pipe',
      `--window-size=${windowSize.width},${windowSize.height}`,
    ];
    const command = `exec chromium ${flags.join(' ')} about:blank 3<&0 4>&1 >/dev/null 2>&1`;
    const child = spawn(join(packageRoot, '.config/in-debian-root'), [root, 'sh', '-c', command], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const browser = new Chromium(child, child.stdin, child.stdout);
    await browser.#attach();
    return browser;
  }

  /** Opens a page that is put into a file, and waits until it is drawn. Answers how long that took, in milliseconds. */
  async open(html: string): Promise<number> {
    mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, folder, 'page.html'), html);
    const beganMs = performance.now();
    await this.send('Page.navigate', { url: `file://${folder}/page.html` });
    await this.evaluate(
      `new Promise((resolve) => {
        const drawn = () => requestAnimationFrame(() => requestAnimationFrame(resolve));
        if (document.readyState === 'complete') drawn(); else addEventListener('load', drawn);
      })`,
    );
    return performance.now() - beganMs;
  }

  /** What an expression is in the page. */
  async evaluate<T>(expression: string): Promise<T> {
    const answer = await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if ('exceptionDetails' in answer)
      throw new Error(`${expression}: ${JSON.stringify(answer['exceptionDetails'])}`);
    return (answer['result'] as { readonly value: T }).value;
  }

  /** Presses a key, as a person does. */
  async press(key: string): Promise<void> {
    const text = key.length === 1 ? { text: key } : {};
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', key, ...text });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', key });
  }

  /** Writes a text where the cursor is. */
  async write(text: string): Promise<void> {
    await this.send('Input.insertText', { text });
  }

  /** Moves the mouse from one place to another with the button held; a click if they are the same. */
  async drag(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    const at = (type: string, [x, y]: readonly [number, number]) =>
      this.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', buttons: 1, clickCount: 1 });
    await at('mousePressed', from);
    await at('mouseMoved', to);
    await at('mouseReleased', to);
  }

  /** What is seen, as PNG. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.send('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(data as string, 'base64');
  }

  /** Sends a command of the DevTools protocol to the page. */
  async send(method: string, params: object = {}): Promise<Record<string, unknown>> {
    this.#count += 1;
    const id = this.#count;
    const answer = Promise.withResolvers<Record<string, unknown>>();
    this.#waiting.set(id, answer);
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    this.#input.write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    const timer = setTimeout(() => {
      answer.reject(new Error(`${method} was not answered within ${answerMs} ms`));
    }, answerMs);
    try {
      return await answer.promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await exited;
  }

  async #attach(): Promise<void> {
    const { targetInfos } = await this.send('Target.getTargets');
    const page = (targetInfos as { readonly type: string; readonly targetId: string }[]).find(
      ({ type }) => type === 'page',
    );
    const { sessionId } = await this.send('Target.attachToTarget', {
      targetId: page?.targetId,
      flatten: true,
    });
    this.#session = String(sessionId);
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await this.send(`${domain}.enable`);
    await this.send('Emulation.setDeviceMetricsOverride', {
      ...windowSize,
      deviceScaleFactor: 1,
      mobile: false,
    });
  }

  #hear(message: Record<string, unknown>): void {
    const { id, result, error, method, params } = message;
    if (typeof method === 'string') this.said.push({ method, params: params as Said['params'] });
    if (typeof id !== 'number') return;
    if (error === undefined) this.#waiting.get(id)?.resolve(result as Record<string, unknown>);
    else this.#waiting.get(id)?.reject(new Error(JSON.stringify(error)));
  }
}
