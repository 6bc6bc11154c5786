import { lstatSync, renameSync, rmSync } from 'node:fs';
import type { Diversion, Dpkg } from './dpkg.ts';
import {
  inPlace,
  isAlike,
  isSame,
  linkOver,
  type Occupant,
  occupantOf,
  rememberOccupant,
} from './occupant.ts';
import type { Step } from './steps.ts';
import { SwitchError } from './switch-error.ts';

/** The replacement of something of CTDB's. */
export interface StandInSettings {
  readonly path: string;
  /** CTDB's own, in words, such as `CTDB’s own event daemon`. */
  readonly what: string;
  /** dpkg, if it keeps CTDB's own elsewhere. Otherwise an update may put that back at `path`. */
  readonly dpkg: Dpkg | undefined;
  /** Says what is at `path`: exactly what we put there, something else of ours, or not ours. */
  readonly judge: (occupant: Occupant) => 'current' | 'ours' | 'theirs';
  /** Makes the replacement; undefined if nothing should be there. */
  readonly make: ((draft: string) => void) | undefined;
  /** The replacement in words, such as `a link to ctdb-hook`. */
  readonly made: string;
}

/**
 * Something of ours in the place of something of CTDB's. CTDB's own is kept beside it as `path.stock`, the same file.
 * Whenever this ends, one of the two is at `path`. A change that was interrupted is completed or undone the next time.
 */
export class StandIn {
  readonly #settings: StandInSettings;
  readonly #diversion: Diversion | undefined;
  readonly #standing: 'none' | 'current' | 'ours' | 'theirs';
  /** Where CTDB's own is kept. */
  readonly stockPath: string;

  private constructor(settings: StandInSettings, diversion: Diversion | undefined) {
    this.#settings = settings;
    this.#diversion = diversion;
    this.stockPath = stockPathOf(settings.path);
    const occupant = occupantOf(settings.path);
    this.#standing = occupant.kind === 'none' ? 'none' : settings.judge(occupant);
  }

  /** Looks at the present state. @throws SwitchError if somebody else has a diversion there. */
  static async look(settings: StandInSettings): Promise<StandIn> {
    const { path, dpkg } = settings;
    const diversion = await dpkg?.diversionOf(path);
    const standIn = new StandIn(settings, diversion);
    if (diversion !== undefined && diversion.to !== standIn.stockPath) {
      const by = diversion.by === undefined ? 'an administrator' : `package ${diversion.by}`;
      throw new SwitchError(
        `${path}: ${by} has diverted it to ${diversion.to}, expected no diversion but ours`,
      );
    }
    return standIn;
  }

  /** Whether CTDB's own is kept. */
  get isKept(): boolean {
    return lstatSync(this.stockPath, { throwIfNoEntry: false }) !== undefined;
  }

  /** Whether our replacement is in place; it may be that nothing is there. */
  get isOn(): boolean {
    return this.#standing === 'current' || this.#standing === 'ours' || (this.#isEmptyOurs && this.#wasBegun);
  }

  /** The steps that put ours in place. @throws SwitchError if CTDB's own cannot be told apart from somebody else's. */
  stepsOn(): Step[] {
    const { path, dpkg, made } = this.#settings;
    const steps: Step[] = [];
    if (this.#standing === 'theirs' && !isAlike(path, this.stockPath)) {
      this.#requireCtdbs();
      steps.push(this.#keep());
    }
    if (dpkg !== undefined && this.#diversion === undefined) steps.push(this.#divert(dpkg));
    if (this.#standing === 'current' || (this.#standing === 'none' && this.#isEmptyOurs)) return steps;
    const where = this.#isCopyBack ? `${path}, where a copy of ${this.stockPath} is` : path;
    return [...steps, this.#put(this.#isEmptyOurs ? `Remove ${path}` : `Put ${made} at ${where}`)];
  }

  /** The steps that put CTDB's own back. @throws SwitchError if CTDB's own is missing. */
  stepsOff(): Step[] {
    const { path, dpkg } = this.#settings;
    const steps: Step[] = [];
    if (this.isKept) {
      if (this.#standing === 'theirs' && !isAlike(path, this.stockPath)) this.#requireCtdbs();
      // dpkg has given the kept one its mode and owner, not the copy.
      const isPutBack = this.#standing !== 'theirs' || (this.#isCopyBack && this.#diversion !== undefined);
      steps.push(isPutBack ? this.#putBack() : this.#dropKept());
    } else if (this.#standing === 'current' || this.#standing === 'ours') steps.push(this.#removeOurs());
    if (dpkg !== undefined && this.#diversion !== undefined) steps.push(this.#undivert(dpkg));
    return steps;
  }

  /**
   * Checks that what is at the path, neither ours nor like what is kept, is CTDB's own: an update has put it there, unless
   * dpkg installs elsewhere.
   */
  #requireCtdbs(): void {
    const { path, what } = this.#settings;
    if (!this.isKept || this.#diversion === undefined) return;
    throw new SwitchError(
      `${path} is neither ours nor ${what}, which is ${this.stockPath}: expected one of them; move it away`,
    );
  }

  /** Whether somebody, such as a backup, has put CTDB's own in its place again, which is kept as well. */
  get #isCopyBack(): boolean {
    const { path } = this.#settings;
    return this.#standing === 'theirs' && !isSame(path, this.stockPath) && isAlike(path, this.stockPath);
  }

  get #isEmptyOurs(): boolean {
    return this.#settings.make === undefined;
  }

  get #wasBegun(): boolean {
    return this.#diversion !== undefined || this.isKept;
  }

  #keep(): Step {
    const { path, what } = this.#settings;
    const isNew = !this.isKept;
    return {
      what: `Keep ${what} as ${this.stockPath}${isNew ? '' : ', in place of an older one'}`,
      take: () => {
        linkOver(path, this.stockPath);
      },
      undo: () => {
        if (isNew && isSame(path, this.stockPath)) rmSync(this.stockPath, { force: true });
      },
    };
  }

  #divert(dpkg: Dpkg): Step {
    const { path } = this.#settings;
    return {
      what: `Have dpkg install ${path} of packages there, through all updates (dpkg-divert)`,
      take: () => dpkg.divert(path, this.stockPath),
      undo: async () => {
        if ((await dpkg.diversionOf(path)) !== undefined) await dpkg.undivert(path, this.stockPath);
      },
    };
  }

  #put(what: string): Step {
    const { path, make } = this.#settings;
    let putBack: (() => void) | undefined;
    return {
      what,
      take: () => {
        putBack =
          this.#standing === 'theirs'
            ? () => {
                linkOver(this.stockPath, path);
              }
            : rememberOccupant(path);
        if (make === undefined) rmSync(path, { force: true });
        else inPlace(path, make);
      },
      undo: () => putBack?.(),
    };
  }

  #putBack(): Step {
    const { path, what } = this.#settings;
    let putOurs: (() => void) | undefined;
    return {
      what: `Put ${what} back at ${path}`,
      take: () => {
        putOurs = rememberOccupant(path);
        renameSync(this.stockPath, path);
      },
      undo: () => {
        if (putOurs === undefined || this.isKept) return;
        linkOver(path, this.stockPath);
        putOurs();
      },
    };
  }

  /** CTDB's own is in place: an update has put it there, or a change was interrupted. */
  #dropKept(): Step {
    const { path } = this.#settings;
    return {
      what: `Remove ${this.stockPath}: ${path} is CTDB’s own`,
      take: () => {
        rmSync(this.stockPath);
      },
      undo: () => {
        linkOver(path, this.stockPath);
      },
    };
  }

  #removeOurs(): Step {
    const { path } = this.#settings;
    let putOurs: (() => void) | undefined;
    return {
      what: `Remove ${path}`,
      take: () => {
        putOurs = rememberOccupant(path);
        rmSync(path);
      },
      undo: () => putOurs?.(),
    };
  }

  #undivert(dpkg: Dpkg): Step {
    const { path } = this.#settings;
    return {
      what: `Have dpkg install ${path} in its place again`,
      take: () => dpkg.undivert(path, this.stockPath),
      undo: async () => {
        if ((await dpkg.diversionOf(path)) === undefined) await dpkg.divert(path, this.stockPath);
      },
    };
  }
}

/** The path at which CTDB's own is kept. It does not end in `.script`, so CTDB does not run it. */
export const stockPathOf = (path: string): string => `${path}${stockEnding}`;

/** The ending of the names of files that are kept. */
export const stockEnding = '.stock';
