import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-keyout", key, "-out", cert, ...subject],
    {
      stdio: "ignore",
    },
  );
  return {
    ...{ key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8"), file: cert },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** A certificate that an authority has signed, as those of real servers are. `file` is the authority's. */
export function signedCertificateFor(name: string): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "certificate-"));
  const at = (file: string) => join(folder, file);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "ignore" });
  const fresh = (key: string, subject: string) => [
    "req",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    at(key),
    "-subj",
    `/CN=${subject}`,
  ];
  openssl(
    ...fresh("authority.key", "Authority"),
    "-x509",
    "-days",
    "1",
    "-out",
    at("authority.pem"),
    "-addext",
    "keyUsage=keyCertSign",
  );
  openssl(...fresh("key.pem", name), "-out", at("request.pem"));
  writeFileSync(
    at("names"),
    `subjectAltName=DNS:${name}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n`,
  );
  const by = [
    "-CA",
    at("authority.pem"),
    "-CAkey",
    at("authority.key"),
    "-CAcreateserial",
    "-days",
    "1",
    "-extfile",
    at("names"),
  ];
  openssl("x509", "-req", "-in", at("request.pem"), ...by, "-out", at("cert.pem"));
  return {
    ...{
      key: readFileSync(at("key.pem"), "utf8"),
      cert: readFileSync(at("cert.pem"), "utf8"),
      file: at("authority.pem"),
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
