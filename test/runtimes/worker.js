import { createClient } from "binance-accounts";
import config from "./config.json";
import { run } from "./scenario.js";

// Made where a Worker may neither wait nor send.
const [hmac, rsa, ed25519] = config.keys.map(({ client }) =>
  createClient({ ...client, baseUrl: config.mockUrl }),
);

export default {
  async fetch(request) {
    if (!request.url.endsWith("/shared")) return Response.json(await run(config));
    try {
      await Promise.all([hmac, rsa, ed25519].map((client) => client.getUmAccount()));
      return new Response("ok");
    } catch (error) {
      return new Response(`${error.code}: ${error.message}`);
    }
  },
};
