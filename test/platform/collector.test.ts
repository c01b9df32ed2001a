import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { BodyTooLarge, Collector } from "../../src/platform/transport.js";

const announced = fc.oneof(fc.nat(1000).map(String), fc.constantFrom("", "-1", "1.5", "Infinity", "many"));

test("what is collected is what has come, however it is cut and whatever was announced, up to the size and no further", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), announced, (chunks, length) => {
      const whole = Buffer.concat(chunks);
      const given = chunks.map((chunk) => chunk.slice());
      const collector = new Collector(whole.length, new Headers({ "content-length": length }));
      for (const chunk of chunks) collector.add(chunk);
      expect(Buffer.from(collector.bytes())).toEqual(whole);
      expect(() => collector.add(new Uint8Array(1))).toThrow(BodyTooLarge);
      expect(chunks).toEqual(given); // nothing was written into what others own
    }),
  );
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
  expect(collector.bytes().byteLength).toBe(200);
});
