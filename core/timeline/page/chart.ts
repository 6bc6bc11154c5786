import type { Item, Row } from './rows.ts';
import { type Seen, ticks, timeOfDay } from './scale.ts';

/** Where the labels of rows stand, in pixels of CSS. */
export const gutter = 170;

const axisHeight = 34;
const heights = { node: 30, bars: 20, marks: 16, count: 36 } as const satisfies Record<Row['kind'], number>;

/** What the chart is drawn from. */
export interface ChartState {
  readonly rows: readonly Row[];
  readonly seen: Seen;
  readonly storyFromMs: number;
  readonly zoneMinutes: number;
  /** What a search has found; undefined if there is none. */
  readonly found: ReadonlySet<Item> | undefined;
  readonly chosen: Item | undefined;
  /** The part that is being chosen with the mouse, in milliseconds. */
  readonly drag: Seen | undefined;
}

/** The colours, of style.css. */
type Colours = (name: string) => string;

/** Draws rows of bars on one canvas, and the times above them on another, which stays at the top. */
export class Chart {
  readonly canvas = document.createElement('canvas');
  readonly axis = document.createElement('canvas');
  #tops: readonly { readonly row: Row; readonly top: number; readonly height: number }[] = [];
  #state: ChartState | undefined;

  /** Draws all anew. */
  draw(state: ChartState): void {
    this.#state = state;
    let top = 0;
    this.#tops = state.rows.map((row) => {
      const placed = { row, top, height: heights[row.kind] };
      top += placed.height;
      return placed;
    });
    const width = this.canvas.parentElement?.clientWidth ?? 800;
    const colours = coloursOf(this.canvas);
    const pen = penOf(this.canvas, width, top + 8);
    this.#grid(pen, top + 8, colours);
    for (const { row, top: rowTop, height } of this.#tops) this.#row(pen, row, rowTop, height, colours);
    this.#drag(pen, top + 8, colours);
    this.#drawAxis(penOf(this.axis, width, axisHeight), colours);
  }

  /** The time at this distance from the left, in milliseconds. */
  timeAt(x: number): number {
    const { seen } = this.#drawn;
    const share = (x - gutter) / (this.#width - gutter);
    return seen.fromMs + share * (seen.untilMs - seen.fromMs);
  }

  /** What is at this place. Of several the narrowest: it is the hardest to reach. */
  itemAt(x: number, y: number): Item | undefined {
    const placed = this.#tops.find(({ top, height }) => y >= top && y < top + height);
    if (placed === undefined || x < gutter) return undefined;
    return placed.row.items
      .filter(({ beginMs, endMs }) => x >= this.#x(beginMs) - 3 && x <= this.#x(endMs) + 3)
      .toSorted((a, b) => a.endMs - a.beginMs - (b.endMs - b.beginMs))[0];
  }

  /** Where the row of an item begins, from the top of the canvas. */
  topOf(item: Item): number {
    return this.#tops.find(({ row }) => row.items.includes(item))?.top ?? 0;
  }

  get #drawn(): ChartState {
    if (this.#state === undefined) throw new Error('nothing is drawn yet');
    return this.#state;
  }

  get #width(): number {
    return this.canvas.clientWidth;
  }

  #x(ms: number): number {
    const { seen } = this.#drawn;
    return gutter + ((ms - seen.fromMs) / (seen.untilMs - seen.fromMs)) * (this.#width - gutter);
  }

  get #ticks(): number[] {
    return ticks(this.#drawn.seen, Math.max(2, Math.floor((this.#width - gutter) / 130)));
  }

  #grid(pen: CanvasRenderingContext2D, height: number, colours: Colours): void {
    pen.fillStyle = colours('grid');
    for (const ms of this.#ticks) pen.fillRect(Math.round(this.#x(ms)), 0, 1, height);
  }

  #drawAxis(pen: CanvasRenderingContext2D, colours: Colours): void {
    const { storyFromMs, zoneMinutes } = this.#drawn;
    pen.fillStyle = colours('back');
    pen.fillRect(0, 0, this.#width, axisHeight);
    pen.textBaseline = 'middle';
    for (const ms of this.#ticks) {
      const x = Math.round(this.#x(ms));
      pen.fillStyle = colours('grid');
      pen.fillRect(x, 0, 1, axisHeight);
      pen.fillStyle = colours('text');
      pen.fillText(`+${ms} ms`, x + 4, 9);
      pen.fillStyle = colours('quiet');
      pen.fillText(timeOfDay(storyFromMs + ms, zoneMinutes), x + 4, 24);
    }
    pen.fillStyle = colours('grid');
    pen.fillRect(0, axisHeight - 1, this.#width, 1);
  }

  #row(pen: CanvasRenderingContext2D, row: Row, top: number, height: number, colours: Colours): void {
    pen.textBaseline = 'middle';
    if (row.kind === 'node') {
      pen.fillStyle = colours('node');
      pen.fillRect(0, top + 6, this.#width, height - 8);
      pen.fillStyle = colours('text');
      pen.font = bold;
      pen.fillText(row.label, 8, top + height / 2 + 2, gutter - 16);
      pen.font = plain;
      return;
    }
    pen.fillStyle = colours('quiet');
    pen.fillText(row.label, 20, top + height / 2, gutter - 28);
    pen.save();
    pen.beginPath();
    pen.rect(gutter, top, this.#width - gutter, height);
    pen.clip();
    if (row.kind === 'count') this.#count(pen, row.items, top, height, colours);
    else for (const item of loudestLast(row.items)) this.#item(pen, item, top, height, colours);
    pen.restore();
  }

  #item(pen: CanvasRenderingContext2D, item: Item, top: number, height: number, colours: Colours): void {
    const left = this.#x(item.beginMs);
    const least = isLoud(item) ? 4 : 1.5;
    const width = item.isMark ? 3 : Math.max(least, this.#x(item.endMs) - left);
    if (left > this.#width || left + width < gutter) return;
    const { found, chosen } = this.#drawn;
    pen.globalAlpha = found === undefined || found.has(item) ? 1 : 0.15;
    pen.fillStyle = colours(item.tone.replaceAll(' ', '-'));
    pen.fillRect(left, top + 3, width, height - 5);
    if (!item.isMark && item.tone === 'no end') hatch(pen, left, top + 3, width, height - 5, colours('back'));
    if (width > 45 && !item.isMark) {
      pen.save();
      pen.beginPath();
      pen.rect(left, top, width - 4, height);
      pen.clip();
      pen.fillStyle = colours('on-bar');
      pen.fillText(item.name, Math.max(left, gutter) + 4, top + height / 2 + 1);
      pen.restore();
    }
    if (item === chosen) {
      pen.strokeStyle = colours('text');
      pen.lineWidth = 2;
      pen.strokeRect(left - 1, top + 2, width + 2, height - 3);
    }
    pen.globalAlpha = 1;
  }

  /** How many wait, as an area. */
  #count(
    pen: CanvasRenderingContext2D,
    items: readonly Item[],
    top: number,
    height: number,
    colours: Colours,
  ): void {
    const steps = items
      .flatMap(({ beginMs, endMs }) => [
        { ms: beginMs, by: 1 },
        { ms: endMs, by: -1 },
      ])
      .toSorted((a, b) => a.ms - b.ms);
    let waiting = 0;
    pen.globalAlpha = this.#drawn.found === undefined ? 1 : 0.15;
    const levels = steps.map(({ ms, by }) => ({ ms, count: (waiting += by) }));
    const most = Math.max(1, ...levels.map(({ count }) => count));
    for (const [index, { ms, count }] of levels.entries()) {
      const until = levels[index + 1]?.ms ?? ms;
      const high = (count / most) * (height - 6);
      pen.fillStyle = colours('waited');
      pen.fillRect(this.#x(ms), top + height - 2 - high, Math.max(0, this.#x(until) - this.#x(ms)), high);
    }
    pen.globalAlpha = 1;
    pen.fillStyle = colours('quiet');
    pen.textAlign = 'right';
    pen.fillText(`at most ${most}`, this.#width - 6, top + 10);
    pen.textAlign = 'left';
  }

  #drag(pen: CanvasRenderingContext2D, height: number, colours: Colours): void {
    const { drag } = this.#drawn;
    if (drag === undefined) return;
    pen.globalAlpha = 0.25;
    pen.fillStyle = colours('text');
    pen.fillRect(this.#x(drag.fromMs), 0, this.#x(drag.untilMs) - this.#x(drag.fromMs), height);
    pen.globalAlpha = 1;
  }
}

const plain = '12px system-ui, sans-serif';
const bold = `bold 13px system-ui, sans-serif`;

/** The pen of a canvas of this size, as fine as the screen is. Nothing of what was drawn is left. */
function penOf(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const fine = Math.min(3, window.devicePixelRatio);
  canvas.width = Math.round(width * fine);
  canvas.height = Math.round(height * fine);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('this browser draws on no canvas');
  pen.scale(fine, fine);
  pen.font = plain;
  return pen;
}

function coloursOf(canvas: HTMLCanvasElement): Colours {
  const style = getComputedStyle(canvas);
  const known = new Map<string, string>();
  return (name) => {
    const colour = known.get(name) ?? style.getPropertyValue(`--${name}`);
    known.set(name, colour);
    return colour;
  };
}

const loud: readonly string[] = [
  'disabled',
  'said',
  'ok',
  'deferred',
  'cancelled',
  'no end',
  'warning',
  'failed',
  'out of time',
];

const isLoud = ({ tone }: Item): boolean => loud.indexOf(tone) >= loud.indexOf('no end');

/** What failed must not be hidden by what did not. */
const loudestLast = (items: readonly Item[]): readonly Item[] =>
  items.toSorted((a, b) => loud.indexOf(a.tone) - loud.indexOf(b.tone));

/** Lines across a bar that has no end. */
function hatch(
  pen: CanvasRenderingContext2D,
  left: number,
  top: number,
  width: number,
  height: number,
  colour: string,
): void {
  pen.save();
  pen.beginPath();
  pen.rect(left, top, width, height);
  pen.clip();
  pen.globalAlpha *= 0.4;
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  for (let x = left - height; x < left + width; x += 7) {
    pen.beginPath();
    pen.moveTo(x, top + height);
    pen.lineTo(x + height, top);
    pen.stroke();
  }
  pen.restore();
}
