/** Global objects that an input must never change. */
const prototypes = [
  Object,
  Array,
  Function,
  String,
  Number,
  Promise,
  Error,
  Map,
  Set,
  Uint8Array,
  RegExp,
  Date,
].map(({ prototype }) => prototype as object);

const namesOf = () => prototypes.map((prototype) => Reflect.ownKeys(prototype).length).join();

/** Returns a check that throws when a prototype has gained or lost a property since. */
export function watchPrototypes(): () => void {
  const before = namesOf();
  return () => {
    if (namesOf() !== before) throw new Error("an input changes no prototype");
  };
}

/** The beginning of an input, as it can be written into a test. */
export const shown = (input: unknown): string => (JSON.stringify(input) ?? "undefined").slice(0, 4000);
