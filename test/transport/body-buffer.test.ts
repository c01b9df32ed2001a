import { isUtf8 } from "node:buffer";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { Collector } from "../../src/transport/body-buffer.js";
import { BodyTooLarge } from "../../src/transport/transport.js";

const announced = fc.oneof(fc.nat(1000).map(String), fc.constantFrom("", "-1", "1.5", "Infinity", "many"));
const bodies = fc.array(
  fc.record({ chunks: fc.array(fc.uint8Array({ maxLength: 50 })), length: announced }),
  {
    minLength: 1,
    maxLength: 4,
  },
);

test("what is collected is what has come, however it is cut and whatever was announced, up to the size and no further", () => {
  fc.assert(
    fc.property(bodies, fc.infiniteStream(fc.nat(3)), (bodies, turns) => {
      const under = bodies.map(({ chunks, length }) => {
        const whole = Buffer.concat(chunks);
        const collector = new Collector(whole.length, new Headers({ "content-length": length }));
        return { collector, whole, chunks, given: chunks.map((chunk) => chunk.slice()), left: [...chunks] };
      });
      // Bodies come at the same time, and each ends when it is complete, while others go on.
      for (const waiting = [...under]; waiting.length > 0; ) {
        const [body] = waiting.splice(turns.next().value % waiting.length, 1);
        const { collector, whole, left } = body as (typeof under)[number];
        const chunk = left.shift();
        if (chunk) {
          collector.add(chunk);
          waiting.push(body as (typeof under)[number]);
          continue;
        }
        expect(collector.end()).toEqual({ text: new TextDecoder().decode(whole), isUtf8: isUtf8(whole) });
        expect(() => collector.add(new Uint8Array(1))).toThrow(BodyTooLarge);
      }
      for (const { chunks, given } of under) expect(chunks).toEqual(given); // nothing was written into what others own
    }),
  );
});

test("a byte order mark is passed over", () => {
  const collector = new Collector(9, new Headers());
  collector.add(Uint8Array.of(0xef, 0xbb, 0xbf, 0x30));
  expect(collector.end()).toEqual({ text: "0", isUtf8: true });
});

test("short chunks do not hold on to the long pieces of memory that they came in", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const collector = new Collector(1000, new Headers());
  collectGarbage();
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 200; i++) collector.add(new Uint8Array(2 ** 20).subarray(0, 1));
  // What garbage held is given back on another thread, a little later.
  await vi.waitFor(() => {
    collectGarbage();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * 2 ** 20);
  });
  expect(collector.end().text.length).toBe(200);
});
