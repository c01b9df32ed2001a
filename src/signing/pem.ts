import type { Pem } from "./signer.js";

/** The text with the line breaks that OpenSSL expects, whatever a copy, an indent or an environment variable made of them. */
export function tidyPem({ label, text }: Pem): string {
  const [begin, end] = [`-----BEGIN ${label}-----`, `-----END ${label}-----`];
  const lines = text
    .slice(begin.length, -end.length)
    .split("\n")
    .map((line) => line.trim());
  // Headers of an encrypted PKCS#1 key stand before the first empty line and keep their breaks.
  const headers = lines.filter((line) => line.includes(":"));
  const base64 = lines
    .filter((line) => !line.includes(":"))
    .join("")
    .replace(/\s/g, "");
  const wrapped = base64.replace(/.{64}/g, "$&\n").trimEnd();
  return [begin, ...headers, ...(headers.length > 0 ? [""] : []), wrapped, end, ""].join("\n");
}
