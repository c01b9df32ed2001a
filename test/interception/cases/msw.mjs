// The handlers of MSW see every request of a client with default options, a kept connection's too, and nothing gets past them.
import { askedWho, bodyFrom, client } from "./account.mjs";

const name = process.argv[2];
const { http, HttpResponse } = await import(name);
const { setupServer } = await import(`${name}/node`);

const seen = [];
const server = setupServer(
  http.get("https://papi.binance.com/papi/v1/um/account", ({ request }) => {
    const signed = /[?&]timestamp=\d+&signature=[0-9a-f]{64}$/.test(request.url);
    return HttpResponse.json(
      bodyFrom(signed && request.headers.get("x-mbx-apikey") ? "handler" : "unsigned"),
    );
  }),
);
server.events.on("request:unhandled", ({ request }) => seen.push(new URL(request.url).pathname));
server.listen({ onUnhandledRequest: "error", onUnhandledFrame: "error" }); // as MSW 2 and 3 call it
const binance = client();
const answers = [await askedWho(binance), await askedWho(binance), await askedWho(client())];
const ofNode = await askedWho(client({ fetch: globalThis.fetch }));
const refused = await binance.getPortfolioAccount().catch(({ code }) => code);
server.close();
console.log(JSON.stringify({ answers, ofNode, unhandled: [...new Set(seen)], refused }));
