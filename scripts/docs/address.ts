import { homepage } from "../../generated/homepage.js";

/** Where the site's absolute links lead; a placeholder while package.json has no `homepage`. */
export const docsAddress = homepage ?? "https://docs.invalid/";
