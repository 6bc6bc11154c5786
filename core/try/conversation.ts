import type { LineQueue } from './line-queue.ts';

/** A TCP connection of a client to a public address, while it lasts. */
export class Conversation {
  readonly ip: string;
  readonly #news: LineQueue;
  readonly #say: (words: string) => void;

  private constructor(ip: string, news: LineQueue, say: (words: string) => void) {
    this.ip = ip;
    this.#news = news;
    this.#say = say;
  }

  /**
   * Waits until a client that was just told to connect is connected and was answered.
   *
   * @param news what is heard of it: `connected`, `said WORDS`, and in the end `lost HOW`
   * @throws Error if it cannot connect
   */
  static async begin(ip: string, news: LineQueue, say: (words: string) => void): Promise<Conversation> {
    const conversation = new Conversation(ip, news, say);
    const begun = await news.next(`a connection to ${ip}`);
    if (begun !== 'connected') throw new Error(`The client cannot connect to ${ip}: ${begun}`);
    if (!(await conversation.answers())) throw new Error(`The server on ${ip} does not answer`);
    return conversation;
  }

  /** Says something, and answers how the connection was lost, or undefined if the server answers. @throws Error if neither is so at once */
  async ask(): Promise<string | undefined> {
    const word = `hello-${performance.now()}`;
    this.#say(word);
    const news = await this.#news.next(`an answer from ${this.ip}`);
    return news === `said ${word}` ? undefined : news.replace(/^lost /, '');
  }

  /** Whether what the client says now is answered over this connection. */
  async answers(): Promise<boolean> {
    return (await this.ask()) === undefined;
  }

  /** How the connection is lost while the client says nothing: ECONNRESET for a reset. Or that it is not lost in this time. */
  async ending(withinMs?: number): Promise<string> {
    const line = await this.#news
      .next(`the end of the connection to ${this.ip}`, withinMs)
      .catch(() => 'not lost');
    return line.replace(/^lost /, '');
  }
}
