import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Dpkg } from './dpkg.ts';
import { judgeDropIn, putDropIn, removeDropIn, type Systemd } from './drop-in.ts';
import { placesOfVariable } from './eventd-variable.ts';
import { mustRun, runProgram } from './program.ts';
import { eventdOf, judgeEventd, makeStarter } from './starter.ts';
import { StandIn, stockEnding, stockPathOf } from './stand-in.ts';
import type { Step } from './steps.ts';
import { SwitchError } from './switch-error.ts';

/** The places in which a node's event daemon is switched. */
export interface EventDaemonPlaces {
  readonly helperDir: string;
  readonly sysEtcDir: string;
  readonly systemd: Systemd;
  /** The folder of the package whose event daemon is switched on. */
  readonly root: string;
}

/** The steps to take, and warnings for whoever takes them. */
export interface SwitchPlan {
  readonly steps: readonly Step[];
  readonly warnings: readonly string[];
}

/** The event daemon of a node: CTDB's own in the helper directory, or ours in its place. */
export class EventDaemonSwitch {
  readonly #places: EventDaemonPlaces;
  readonly #standIn: StandIn;
  /** What an earlier release of CTDB left in another helper directory. */
  readonly #leftOver: readonly StandIn[];
  readonly #isDiverted: boolean;
  readonly path: string;

  private constructor(
    places: EventDaemonPlaces,
    path: string,
    found: { standIn: StandIn; leftOver: readonly StandIn[]; isDiverted: boolean },
  ) {
    this.#places = places;
    this.#standIn = found.standIn;
    this.#leftOver = found.leftOver;
    this.#isDiverted = found.isDiverted;
    this.path = path;
  }

  /** Looks at the present state. @throws SwitchError if somebody else has a diversion. */
  static async look(places: EventDaemonPlaces): Promise<EventDaemonSwitch> {
    const path = join(places.helperDir, 'ctdb-eventd');
    const dpkg = await dpkgOf(path);
    const eventd = eventdOf(places.root);
    const standIn = await lookAt(path, eventd, dpkg);
    const diverted = (await dpkg?.pathsDiverted('*/ctdb-eventd', stockEnding)) ?? [];
    const leftOver = await Promise.all(
      diverted.filter((each) => each !== path).map((each) => lookAt(each, eventd, dpkg)),
    );
    return new EventDaemonSwitch(places, path, { standIn, leftOver, isDiverted: dpkg !== undefined });
  }

  /** Whether ours is in the place of CTDB's. */
  get isOn(): boolean {
    return this.#standIn.isOn;
  }

  /** The plan by which ctdbd starts ours. @throws SwitchError if that is not possible. */
  planOn(): SwitchPlan {
    const { systemd, helperDir, root } = this.#places;
    if (!existsSync(this.path) && !this.#standIn.isKept)
      throw new SwitchError(
        `there is no ${this.path}: expected CTDB's event daemon in ${helperDir}, is ctdb installed?`,
      );
    const steps = [...this.#stepsLeftOver(), ...this.#standIn.stepsOn()];
    const dropIn = judgeDropIn(systemd, root);
    const warnings = this.#warnings();
    if (dropIn === 'theirs')
      warnings.push(`${this.#withoutDropIn}: there is a ctdb-hook.conf that is not ours`);
    else if (!existsSync(systemd.directory))
      warnings.push(`${this.#withoutDropIn}: there is no ${systemd.directory}`);
    else if (dropIn !== 'current') steps.push(putDropIn(systemd, root));
    if (!this.#standIn.isKept && this.isOn)
      warnings.push(
        `CTDB’s own event daemon is not there, a link has replaced it; to install ctdb again puts it at ${this.#standIn.stockPath}`,
      );
    steps.push(this.#check());
    return { steps, warnings };
  }

  /** The plan by which ctdbd starts its own. @throws SwitchError if that one is missing. */
  planOff(): SwitchPlan {
    const { systemd, helperDir } = this.#places;
    if (this.isOn && !this.#standIn.isKept && existsSync(join(helperDir, 'ctdb-event')))
      throw new SwitchError(
        `CTDB’s own event daemon is not at ${this.#standIn.stockPath}, and without one ctdbd does not start: install ctdb again (apt-get install --reinstall ctdb), then switch off`,
      );
    const steps = [...this.#stepsLeftOver(), ...this.#standIn.stepsOff()];
    const dropIn = judgeDropIn(systemd);
    if (dropIn === 'earlier' || dropIn === 'current') steps.push(removeDropIn(systemd));
    return { steps, warnings: this.#warnings() };
  }

  /** The warning for a node without our settings of ctdb.service: what is not done there. */
  get #withoutDropIn(): string {
    return this.#isDiverted
      ? 'Where ctdbd is killed, its addresses stay on this node until it starts again'
      : 'An update of CTDB will put its own event daemon back, until "ctdb-hook switch on" is done again; and where ctdbd is killed, its addresses stay on this node until it starts again';
  }

  #stepsLeftOver(): Step[] {
    return this.#leftOver.flatMap((standIn) => standIn.stepsOff());
  }

  #warnings(): string[] {
    return placesOfVariable(this.#places.systemd, this.#places.sysEtcDir).map(
      (place) =>
        `${place} sets CTDB_EVENTD: CTDB up to 4.24 starts what it names, whatever is switched here; remove it`,
    );
  }

  /** Checks that our daemon starts: Node, our files and the way to them. */
  #check(): Step {
    const ourEventd = eventdOf(this.#places.root);
    return {
      what: `Check that ${this.path} starts`,
      take: async () => {
        await mustRun(ourEventd, '--help');
        const [ours, there] = [await runProgram(ourEventd, '--help'), await runProgram(this.path, '--help')];
        if (!there.ok || there.stderr !== ours.stderr)
          throw new Error(
            `it answers ${JSON.stringify(there.stderr.slice(0, 200))}, expected what ${ourEventd} does`,
          );
      },
      undo: () => undefined,
    };
  }
}

function lookAt(path: string, eventd: string, dpkg: Dpkg | undefined): Promise<StandIn> {
  const stockPath = stockPathOf(path);
  return StandIn.look({
    path,
    what: 'CTDB’s own event daemon',
    dpkg,
    judge: judgeEventd(path, stockPath, eventd),
    make: makeStarter(stockPath, eventd),
    made: `a starter of ${eventd}`,
  });
}

/** dpkg, if CTDB is one of its packages, or was diverted by it. */
async function dpkgOf(path: string): Promise<Dpkg | undefined> {
  const dpkg = await Dpkg.find();
  if (dpkg === undefined) return undefined;
  const isKnown = (await dpkg.diversionOf(path)) !== undefined || (await dpkg.packageOf(path)) !== undefined;
  return isKnown ? dpkg : undefined;
}
