// A signal of another realm, as in Next's edge runtime.
import { EdgeVM } from "@edge-runtime/vm";
import { askedWho, client } from "./account.mjs";
import { serve } from "./server.mjs";

const controller = new EdgeVM().evaluate("new AbortController()");
const { baseUrl, close } = await serve();
const binance = client({ baseUrl });
const answers = [await askedWho(binance, { signal: controller.signal })];
controller.abort();
answers.push((await askedWho(binance, { signal: controller.signal })).slice(0, 20));
close();
console.log(JSON.stringify({ foreign: !(controller.signal instanceof AbortSignal), answers }));
