import type { JsonValue } from '../../plugin-api/context.ts';
import type { LedgerAccess } from './ledger-access.ts';

/** What a plugin remembers, during one event or a burst. It is read at the first look, and written if it has changed. */
export class StateDuringEvent {
  readonly #book: LedgerAccess;
  readonly #plugin: string;
  #state: Record<string, JsonValue> | undefined;
  #before = '';

  constructor(book: LedgerAccess, plugin: string) {
    this.#book = book;
    this.#plugin = plugin;
  }

  /** What the plugin may read and write. */
  get state(): Record<string, JsonValue> {
    if (this.#state === undefined) {
      this.#state = { ...this.#book.readState(this.#plugin) };
      this.#before = JSON.stringify(this.#state);
    }
    return this.#state;
  }

  /** Keeps what changed. @throws PluginStateError for what cannot be kept. */
  save(): void {
    if (this.#state === undefined) return;
    const now = jsonOf(this.#state);
    if (now === this.#before) return;
    this.#book.writeState(this.#plugin, this.#state);
    this.#before = now ?? '';
  }
}

/** Undefined for a value that has no JSON: the ledger says what is wrong with it. */
function jsonOf(state: Record<string, JsonValue>): string | undefined {
  try {
    return JSON.stringify(state);
  } catch {
    return undefined;
  }
}
