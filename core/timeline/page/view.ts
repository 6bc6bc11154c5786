import type { PageStory } from '../page-story.ts';
import { Chart } from './chart.ts';
import { button, element } from './element.ts';
import { type Item, type Row, rowsOf } from './rows.ts';
import { type Seen, timeOfDay, within, zoomed } from './scale.ts';
import { itemTable, moveTable, slowest } from './tables.ts';
import { finder } from './finder.ts';
import { followMouse } from './follow-mouse.ts';

/** How much closer a button or a key brings it. */
const step = 1.6;

const legend = [
  'ok',
  'failed',
  'out of time',
  'cancelled',
  'no end',
  'waited',
  'deferred',
  'said',
  'warning',
];

/** The page: what there is to know first, a search, the chart, what is chosen, and tables. */
export class View {
  readonly #story: PageStory;
  readonly #rows: readonly Row[];
  readonly #items: readonly Item[];
  readonly #whole: Seen;
  readonly #chart = new Chart();
  readonly #search = element('input', '');
  readonly #count = element('output', 'count');
  readonly #detail = element('pre', 'detail');
  readonly #tables = element('div', 'tables');
  #seen: Seen;
  #found: readonly Item[] | undefined;
  #at = -1;
  #chosen: Item | undefined;
  #drag: Seen | undefined;

  constructor(story: PageStory) {
    this.#story = story;
    this.#rows = rowsOf(story);
    this.#items = this.#rows.flatMap(({ items }) => items);
    const wholeMs = Math.max(5, story.untilMs - story.fromMs);
    this.#whole = { fromMs: -wholeMs * 0.01, untilMs: wholeMs * 1.01 };
    this.#seen = this.#whole;
  }

  /** Puts all of it into the page. */
  show(body: HTMLElement): void {
    const { title, madeBy, notes } = this.#story;
    const chart = element('div', 'chart', this.#chart.canvas);
    body.append(
      element('header', '', element('h1', '', title), element('span', 'quiet', madeBy)),
      element(
        'ul',
        'notes',
        ...notes.map((note) => element('li', /^FAILED|: WARNING/.test(note) ? 'warning' : '', note)),
      ),
      element('div', 'bar', ...this.#tools(), this.#chart.axis),
      chart,
      this.#detail,
      this.#tables,
    );
    this.#detail.textContent = 'Point at something to see what it says; click to keep it here.';
    followMouse(this.#chart, {
      point: (item) => {
        this.#tell(item ?? this.#chosen);
      },
      choose: (item) => {
        this.#choose(item);
      },
      select: (drag, isOver) => {
        this.#drag = isOver ? undefined : drag;
        this.#look(isOver ? drag : this.#seen);
      },
      look: (seen) => {
        this.#look(seen);
      },
      whole: () => {
        this.#look(this.#whole);
      },
      seen: () => this.#seen,
    });
    document.addEventListener('keydown', this.#press);
    window.addEventListener('resize', () => {
      this.#draw();
    });
    this.#fillTables();
    this.#draw();
  }

  #tools(): HTMLElement[] {
    const middle = (): number => (this.#seen.fromMs + this.#seen.untilMs) / 2;
    const zoom = (factor: number) => () => {
      this.#look(zoomed(this.#seen, factor, middle()));
    };
    this.#search.type = 'search';
    this.#search.placeholder = 'Search: address, plugin, text, failed ...   ( / )';
    this.#search.addEventListener('input', () => {
      this.#find(this.#search.value.trim().toLowerCase());
    });
    return [
      element(
        'div',
        'tools',
        this.#search,
        this.#count,
        button('\u2039', 'the one before (Shift+Enter)', () => {
          this.#next(-1);
        }),
        button('\u203a', 'the next one (Enter)', () => {
          this.#next(1);
        }),
        button('+', 'closer (+)', zoom(step)),
        button('\u2212', 'wider (-)', zoom(1 / step)),
        button('all', 'all of it (0, or a double click)', () => {
          this.#look(this.#whole);
        }),
        element(
          'span',
          'quiet',
          'drag over the chart: that part \u00b7 arrows: move \u00b7 Ctrl and wheel: closer',
        ),
      ),
      element(
        'div',
        'legend',
        ...legend
          .filter((tone) => this.#items.some((item) => item.tone === tone))
          .map((tone) => element('span', `tone-${tone.replaceAll(' ', '-')}`, element('i', ''), tone)),
      ),
    ];
  }

  #find(word: string): void {
    const isWanted = finder(word);
    // In the order of time: what was found of an address is its story.
    this.#found =
      word === ''
        ? undefined
        : this.#items
            .filter(({ words }) => isWanted(words))
            .toSorted((a, b) => a.beginMs - b.beginMs || a.endMs - b.endMs);
    this.#at = -1;
    this.#count.textContent = this.#found === undefined ? '' : `${this.#found.length} found`;
    this.#fillTables();
    this.#draw();
  }

  #next(by: number): void {
    if (this.#found === undefined || this.#found.length === 0) return;
    this.#at = (this.#at + by + this.#found.length) % this.#found.length;
    const item = this.#found[this.#at];
    if (item === undefined) return;
    this.#choose(item);
    this.#count.textContent = `${this.#at + 1} of ${this.#found.length} found`;
  }

  #choose(item: Item | undefined): void {
    this.#chosen = item;
    this.#tell(item);
    if (item !== undefined && (item.endMs < this.#seen.fromMs || item.beginMs > this.#seen.untilMs)) {
      const ms = this.#seen.untilMs - this.#seen.fromMs;
      const middle = (item.beginMs + item.endMs) / 2;
      this.#seen = within(this.#whole, { fromMs: middle - ms / 2, untilMs: middle + ms / 2 });
    }
    this.#draw();
  }

  #tell(item: Item | undefined): void {
    if (item === undefined) return;
    const { node, lane, name, tone, text, beginMs, endMs, isMark } = item;
    const { fromMs, zoneMinutes } = this.#story;
    const took = isMark ? '' : `, ${endMs - beginMs} ms`;
    const head = `${timeOfDay(fromMs + beginMs, zoneMinutes)} (+${beginMs} ms)${took}  ${node}, ${lane}: ${tone}`;
    this.#detail.textContent = [head, name, text].filter((line) => line !== '').join('\n');
  }

  #fillTables(): void {
    const story = this.#story;
    const go = (item: Item): void => {
      this.#choose(item);
      const ms = Math.max(20, 8 * (item.endMs - item.beginMs));
      this.#look({ fromMs: item.beginMs - ms / 3, untilMs: item.beginMs + ms });
      const top = this.#chart.topOf(item) + this.#chart.canvas.getBoundingClientRect().top + window.scrollY;
      window.scrollTo({ top: top - window.innerHeight / 3 });
    };
    const word = this.#search.value.trim().toLowerCase();
    this.#tables.replaceChildren(
      this.#found === undefined
        ? itemTable('What took longest, failures first', slowest(this.#items), story, go)
        : itemTable('Found', this.#found, story, go),
      moveTable(story, this.#found === undefined ? '' : word),
    );
  }

  #look(seen: Seen): void {
    this.#seen = within(this.#whole, seen);
    this.#draw();
  }

  #draw(): void {
    this.#chart.draw({
      rows: this.#rows,
      seen: this.#seen,
      storyFromMs: this.#story.fromMs,
      zoneMinutes: this.#story.zoneMinutes,
      found: this.#found && new Set(this.#found),
      chosen: this.#chosen,
      drag: this.#drag,
    });
  }

  readonly #press = (event: KeyboardEvent): void => {
    const isInSearch = event.target === this.#search;
    if (isInSearch && event.key === 'Enter') this.#next(event.shiftKey ? -1 : 1);
    if (isInSearch && event.key === 'Escape') this.#search.blur();
    if (isInSearch || event.ctrlKey || event.metaKey || event.altKey) return;
    const { fromMs, untilMs } = this.#seen;
    const middle = (fromMs + untilMs) / 2;
    const by = (untilMs - fromMs) / 5;
    const acts: Readonly<Record<string, () => void>> = {
      '/': () => {
        this.#search.focus();
      },
      '+': () => {
        this.#look(zoomed(this.#seen, step, middle));
      },
      '-': () => {
        this.#look(zoomed(this.#seen, 1 / step, middle));
      },
      '0': () => {
        this.#look(this.#whole);
      },
      ArrowLeft: () => {
        this.#look({ fromMs: fromMs - by, untilMs: untilMs - by });
      },
      ArrowRight: () => {
        this.#look({ fromMs: fromMs + by, untilMs: untilMs + by });
      },
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
}
