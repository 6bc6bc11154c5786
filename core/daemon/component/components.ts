import { type About, aboutStatus, isAboutRequest } from '../../eventd-protocol/about.ts';
import { type Reply, type Request, results, runAll } from '../../eventd-protocol/messages.ts';
import type { Component } from './component.ts';

/** Most components. A node has one, and those that people add. */
const componentsMax = 50;

/** The components of a daemon. Each is made when it is first asked for. */
export class Components {
  readonly #make: (name: string) => Component;
  readonly #about: () => About;
  readonly #byName = new Map<string, Component>();

  /** @param about the answer to a client that asks which event daemon this is. */
  constructor(make: (name: string) => Component, about: () => About) {
    this.#make = make;
    this.#about = about;
  }

  /** The component of this name, or undefined if it has no directory. */
  find(name: string): Component | undefined {
    if (!/^[\w.-]+$/.test(name) || name === '.' || name === '..') return undefined;
    const known = this.#byName.get(name);
    if (known !== undefined) return known.exists ? known : undefined;
    const component = this.#make(name);
    if (!component.exists || this.#byName.size >= componentsMax) return undefined;
    this.#byName.set(name, component);
    return component;
  }

  /** Answers a request. */
  async handle(request: Request): Promise<Reply> {
    const { command } = request;
    if (request.command === 'STATUS' && isAboutRequest(request))
      return { command: 'STATUS', result: results.ok, status: aboutStatus(this.#about()) };
    const component = this.find(request.component);
    if (component === undefined) return { command, result: results.missing, status: null };
    switch (request.command) {
      case 'RUN': {
        const { event, args, timeoutS, flags } = request;
        const isRunAll = (flags & runAll) !== 0;
        return { command: 'RUN', result: await component.run(event, args, timeoutS, isRunAll) };
      }
      case 'STATUS': {
        const status = component.status(request.event) ?? null;
        return { command: 'STATUS', result: status === null ? results.invalid : results.ok, status };
      }
      case 'SCRIPT':
        return { command: 'SCRIPT', result: component.enable(request.script, request.action) };
    }
  }

  /** Ends everything that runs. */
  stop(): void {
    for (const component of this.#byName.values()) component.stop();
  }
}
