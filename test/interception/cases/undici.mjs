// A MockAgent of undici answers clients whose fetch goes by it; the default client, which sends with node:http, it never sees.
import { askedWho, bodyFrom, client } from "./account.mjs";
import { serve } from "./server.mjs";

const { fetch, MockAgent, setGlobalDispatcher } = await import(process.argv[2]);
const { baseUrl, close } = await serve();
const agent = new MockAgent();
agent.disableNetConnect();
agent
  .get(baseUrl)
  .intercept({ path: /^\/papi\/v1\/um\/account\?signature=[0-9a-f]{64}&timestamp=\d+$/ }) // it sorts queries first
  .reply(200, bodyFrom("agent"))
  .persist();
const given = client({ baseUrl, fetch: (url, init) => fetch(url, { ...init, dispatcher: agent }) });
const answers = { given: await askedWho(given) };
const unexpected = await given.getCmAccount().catch(({ code }) => code);
setGlobalDispatcher(agent);
answers.ofUndici = await askedWho(client({ baseUrl, fetch }));
answers.ofNode = await askedWho(client({ baseUrl, fetch: globalThis.fetch }));
answers.byDefault = await askedWho(client({ baseUrl }));
close();
console.log(JSON.stringify({ answers, unexpected }));
