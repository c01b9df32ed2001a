import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A throw-away certificate for these names, and the key that belongs to it. `file` is for those who have to trust it. */
export interface Certificate extends Disposable {
  key: string;
  cert: string;
  file: string;
}

export function certificateFor(...names: string[]): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "certificate-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const alternatives = names.map((name) => (/^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`)).join(",");
  const subject = ["-subj", `/CN=${names[0]}`, "-addext", `subjectAltName=${alternatives}`];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-keyout", key, "-out", cert, ...subject], {
    stdio: "ignore",
  });
  return {
    ...{ key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8"), file: cert },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
