import { type Chart, gutter } from './chart.ts';
import type { Item } from './rows.ts';
import { type Seen, zoomed } from './scale.ts';

/** What the mouse wants. */
export interface MouseActs {
  readonly point: (item: Item | undefined) => void;
  readonly choose: (item: Item | undefined) => void;
  /** A part of the time is being chosen, or has been. */
  readonly select: (part: Seen, isOver: boolean) => void;
  readonly look: (seen: Seen) => void;
  readonly whole: () => void;
  readonly seen: () => Seen;
}

/** From how many pixels on a movement with the button held is no click. */
const dragFrom = 5;

/** Hears the mouse on a chart. */
export function followMouse(chart: Chart, acts: MouseActs): void {
  const { canvas } = chart;
  let beganAt: number | undefined;
  const partTo = (x: number): Seen => {
    const [one, other] = [chart.timeAt(Math.max(gutter, beganAt ?? x)), chart.timeAt(Math.max(gutter, x))];
    return { fromMs: Math.min(one, other), untilMs: Math.max(one, other) };
  };
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    beganAt = event.offsetX;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', ({ offsetX, offsetY }) => {
    if (beganAt !== undefined && Math.abs(offsetX - beganAt) >= dragFrom) acts.select(partTo(offsetX), false);
    else acts.point(chart.itemAt(offsetX, offsetY));
  });
  canvas.addEventListener('pointerup', ({ offsetX, offsetY }) => {
    if (beganAt === undefined) return;
    if (Math.abs(offsetX - beganAt) >= dragFrom) acts.select(partTo(offsetX), true);
    else acts.choose(chart.itemAt(offsetX, offsetY));
    beganAt = undefined;
  });
  canvas.addEventListener('dblclick', () => {
    acts.whole();
  });
  canvas.addEventListener(
    'wheel',
    (event) => {
      const { fromMs, untilMs } = acts.seen();
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        acts.look(zoomed({ fromMs, untilMs }, 2 ** (-event.deltaY / 200), chart.timeAt(event.offsetX)));
      } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        const by = (event.deltaX / canvas.clientWidth) * (untilMs - fromMs);
        acts.look({ fromMs: fromMs + by, untilMs: untilMs + by });
      }
    },
    { passive: false },
  );
}
