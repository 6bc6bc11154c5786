import type { Socket } from 'node:net';
import { MessageLink } from '../../plugin-host/link.ts';
import { fromWatch, toWatch } from '../../plugin-host/messages.ts';

/**
 * The daemon's link to the watching thread of a host. That thread can say what the main thread is doing when the main
 * thread cannot.
 */
export class HostWatch {
  readonly #link: MessageLink<{ readonly stack: string }, object>;
  #stack: PromiseWithResolvers<string> | undefined;
  #isClosed = false;

  constructor(socket: Socket) {
    const listener = {
      onMessage: ({ stack }: { readonly stack: string }) => this.#stack?.resolve(stack),
      onClose: () => {
        this.#isClosed = true;
        this.#stack?.resolve('');
      },
    };
    this.#link = new MessageLink(socket, { incoming: fromWatch, outgoing: toWatch }, listener);
  }

  /** Where the main thread is now, one line for each frame. Empty if it runs no JavaScript, or no answer comes in time. */
  async findStack(timeoutMs: number): Promise<string> {
    if (this.#isClosed) return '';
    const stack = Promise.withResolvers<string>();
    this.#stack = stack;
    const timer = setTimeout(stack.resolve, timeoutMs, '');
    this.#link.send({});
    try {
      return await stack.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes the link. If the host still runs, the thread then ends it. */
  close(): void {
    this.#link.close();
  }
}
