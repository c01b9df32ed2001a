import config from "./config.json";
import { run } from "./scenario.js";

globalThis.run = () => run(config);
