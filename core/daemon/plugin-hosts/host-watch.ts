import type { Socket } from 'node:net';
import { MessageLink } from '../../plugin-host/link.ts';
import { fromWatch, toWatch } from '../../plugin-host/messages.ts';

/** The daemon's link to the watching thread of a host, which can say what the main thread is at when that cannot. */
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

  /** Where the main thread is now, a line a frame; empty if it runs no JavaScript, or that is not told in time. */
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

  /** Closes it, whereupon the thread ends its process if that goes on. */
  close(): void {
    this.#link.close();
  }
}
