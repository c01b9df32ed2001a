// Jest with `fakeTimers: { enableGlobally: true }`: timers are fake before anything is imported.
import { askedWho, client } from "./account.mjs";
import { serve } from "./server.mjs";

test("calls on a new and on a kept connection", async () => {
  const { baseUrl, close } = await serve();
  const binance = client({ baseUrl });
  for (let call = 0; call < 3; call++) expect(await askedWho(binance)).toBe("server");
  close();
});
