import { rmSync, symlinkSync } from 'node:fs';
import { inPlace, occupantOf, rememberOccupant } from '../switch/occupant.ts';
import type { Step } from '../switch/steps.ts';

/** The step after which a link leads to a target; none if it does so already. What was there is replaced in one rename. */
export function linkSteps(path: string, target: string, what: string): Step[] {
  const occupant = occupantOf(path);
  if (occupant.kind === 'link' && occupant.target === target) return [];
  return [
    undoable(path, what, () => {
      inPlace(path, (draft) => {
        symlinkSync(target, draft);
      });
    }),
  ];
}

/** The step that removes a link, or a small file. */
export const removalStep = (path: string, what = `Remove ${path}`): Step =>
  undoable(path, what, () => {
    rmSync(path);
  });

function undoable(path: string, what: string, take: () => void): Step {
  let putBack: (() => void) | undefined;
  return {
    what,
    take: () => {
      putBack = rememberOccupant(path);
      take();
    },
    undo: () => putBack?.(),
  };
}
