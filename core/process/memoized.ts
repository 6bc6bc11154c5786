/** Memoizes a function of an object: it is called once, and its result is kept as long as the object exists. */
export function memoized<K extends object, T>(make: (of: K) => T): (of: K) => T {
  const known = new WeakMap<K, T>();
  return (of) => {
    const made = known.get(of) ?? make(of);
    known.set(of, made);
    return made;
  };
}
