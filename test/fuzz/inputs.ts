import fc from "fast-check";

/** Pieces that parsers have stumbled over. */
const nasty = [
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "then"],
  ...["\0", "\r\n", "\t", "\u2028", "\ud800", "\uffff", "\ufeff", "é", "　", "１", "😀"],
  ...[
    "%",
    "%0",
    "%00",
    "%zz",
    "%ff",
    "%25",
    "+",
    "&",
    "&&",
    "=",
    "?",
    "#",
    ";",
    ",",
    "/",
    "//",
    "..",
    "\\",
    '"',
    "'",
  ],
  ...["-", "--", "-0", "0", "00", "1e999", "-1e-999", "NaN", "Infinity", "0x10", "1_000", "9007199254740993"],
  ...["9".repeat(400), "[".repeat(2000), '{"a":'.repeat(500), " ".repeat(3000), "a".repeat(20_000)],
  ...["null", "true", "{}", "[]", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"],
  ...["-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "AAAA", "===="],
];

const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...nasty) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
);

const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), drop: fc.nat(24), put: piece });

/** Texts near those given, each with a few places cut or overwritten, and texts that are like none of them. */
export const near = (...seeds: string[]): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .tuple(fc.constantFrom(...seeds), fc.array(edit, { maxLength: 4 }))
        .map(([seed, edits]) => edits.reduce(apply, seed)),
    },
    { weight: 1, arbitrary: fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join("")) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
  );

function apply(text: string, { at, drop, put }: { at: number; drop: number; put: string }): string {
  const start = Math.floor(at * text.length);
  return text.slice(0, start) + put + text.slice(start + drop);
}

/** The text as a header's value can hold it. */
export const headerValue = (text: string): string =>
  text
    .replace(/[^\x20-\x7e\x80-\xff]/g, "")
    .slice(0, 4000)
    .trim();

/** The text as the target of a request can hold it. */
export const target = (text: string): string => `/${text.replace(/[^\x21-\xff]/g, "").slice(0, 12_000)}`;
