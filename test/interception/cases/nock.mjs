// nock answers every request of a client with default options, and what it does not expect goes nowhere.
import { askedWho, bodyFrom, client } from "./account.mjs";

const { default: nock } = await import(process.argv[2]);
nock.disableNetConnect();
nock("https://papi.binance.com", { reqheaders: { "x-mbx-apikey": "not-a-key" } })
  .get("/papi/v1/um/account")
  .query(({ signature }) => /^[0-9a-f]{64}$/.test(String(signature)))
  .times(3)
  .reply(200, bodyFrom("interceptor"));
const binance = client();
const answers = [await askedWho(binance), await askedWho(binance)];
const ofNode = await askedWho(client({ fetch: globalThis.fetch }));
const unexpected = await binance.getCmAccount().catch(({ code }) => code);
console.log(JSON.stringify({ answers, ofNode, unexpected, pending: nock.pendingMocks() }));
