/** What the demo looked at after it had shown it, and what of that had not happened. */
export class Checks {
  readonly #failures: string[] = [];
  #count = 0;

  /** How many things were looked at. */
  get count(): number {
    return this.#count;
  }

  /** What did not happen, in sentences. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  /** Notes that something has to be one value and is another. Lists are compared item by item, in order. */
  equal<T extends string | number | boolean | readonly string[]>(what: string, actual: T, expected: T): void {
    this.#count += 1;
    const [is, shouldBe] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (is !== shouldBe) this.#failures.push(`${what}: ${is}, expected ${shouldBe}`);
  }

  /** Notes that the demo could not go on. */
  fail(why: string): void {
    this.#failures.push(why);
  }
}
