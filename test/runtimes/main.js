import config from "./config.json" with { type: "json" };
import { run } from "./scenario.js";

console.log(JSON.stringify(await run(config)));
