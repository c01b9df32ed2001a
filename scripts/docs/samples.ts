import { encode } from "../../src/signing/query.js";
import { type Call, calls, type OpenApiDocument, type Parameter, resolve } from "../steps/document.js";

/** A program that makes one call and prints the answer as JSON. */
export interface Sample {
  operationId: string;
  /** Of the file, such as `py`. */
  extension: string;
  /** As Redocly and editors name the language. */
  language: string;
  label: string;
  source: string;
}

interface Facts {
  id: string;
  path: string;
  host: string;
  parameters: [name: string, value: string | number][];
}

/** One sample per operation and language, all from these templates. */
export const samplesOf = (document: OpenApiDocument): Sample[] =>
  calls(document).flatMap((call) => {
    const facts = factsOf(document, call);
    return templates.map(({ write, ...names }) => ({
      operationId: facts.id,
      ...names,
      source: write(facts),
    }));
  });

function factsOf(document: OpenApiDocument, { path, item, operation }: Call): Facts {
  const [{ url: host } = { url: "" }] = item.servers ?? document.servers;
  const excluded = (operation["x-mutually-exclusive"] ?? []).flatMap(([, ...others]) => others);
  const parameters = (operation.parameters ?? [])
    .map(
      (parameter) =>
        resolve(document, parameter) as Parameter & { examples?: Record<string, { value: string | number }> },
    )
    .filter(
      ({ name, schema, "x-injected": injected }) =>
        !injected && schema.default === undefined && !excluded.includes(name),
    )
    .flatMap(({ name, examples = {} }) =>
      Object.values(examples)
        .slice(0, 1)
        .map(({ value }): [string, string | number] => [name, value]),
    );
  return { id: operation.operationId, path, host, parameters };
}

const object = (parameters: Facts["parameters"]) =>
  `{ ${parameters.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(", ")} }`;

// None of them follows a redirect: that would hand the API key and a signed address to another host.
const templates: (Omit<Sample, "operationId" | "source"> & { write: (facts: Facts) => string })[] = [
  {
    extension: "sh",
    language: "Shell",
    label: "curl + openssl",
    write: ({ path, host, parameters }) => `base=\${BINANCE_BASE_URL:-${host}}
query="${parameters.map(([name, value]) => `${name}=${encode(String(value))}&`).join("")}timestamp=$(date +%s)000"
signature=$(printf %s "$query" | openssl dgst -sha256 -hmac "$BINANCE_API_SECRET" -r | cut -d' ' -f1)
curl -sS --fail-with-body -H "X-MBX-APIKEY: $BINANCE_API_KEY" \\
  "$base${path}?$query&signature=$signature"
`,
  },
  {
    extension: "sdk.ts",
    language: "TypeScript",
    label: "TypeScript",
    write: ({ id, parameters }) => `import { createClient } from "binance-accounts";

const { BINANCE_API_KEY: apiKey = "", BINANCE_API_SECRET: secret = "", BINANCE_BASE_URL: baseUrl } = process.env;
const binance = createClient({ apiKey, secret, baseUrl });

const answer = await binance.${id}(${parameters.length > 0 ? object(parameters) : ""});
console.log(JSON.stringify(answer, null, 2));
`,
  },
  {
    extension: "openapi-fetch.ts",
    language: "TypeScript (openapi-fetch)",
    label: "TypeScript, openapi-fetch",
    write: ({ path, host, parameters }) => `import { type paths, signing } from "binance-accounts";
import createFetchClient from "openapi-fetch";

const { BINANCE_API_KEY: apiKey = "", BINANCE_API_SECRET: secret = "", BINANCE_BASE_URL: baseUrl = "${host}" } = process.env;
const http = createFetchClient<paths>({ baseUrl });
http.use(signing({ apiKey, secret }));

const { data, error } = await http.GET("${path}"${parameters.length > 0 ? `, { params: { query: ${object(parameters)} } }` : ""});
if (error) throw new Error(\`\${error.code}: \${error.msg}\`);
console.log(JSON.stringify(data, null, 2));
`,
  },
  {
    extension: "py",
    language: "Python",
    label: "Python",
    write: ({ path, host, parameters }) => `import hashlib, hmac, http.client, os, time
from urllib.parse import quote, urlencode, urlsplit

base = urlsplit(os.environ.get("BINANCE_BASE_URL", "${host}"))
parameters = {${parameters.map(([name, value]) => `"${name}": ${JSON.stringify(value)}, `).join("")}"timestamp": int(time.time() * 1000)}
query = urlencode(parameters, safe="", quote_via=quote)
signature = hmac.new(os.environ["BINANCE_API_SECRET"].encode(), query.encode(), hashlib.sha256).hexdigest()

connect = http.client.HTTPSConnection if base.scheme == "https" else http.client.HTTPConnection
connection = connect(base.netloc, timeout=10)
connection.request("GET", f"${path}?{query}&signature={signature}", headers={"X-MBX-APIKEY": os.environ["BINANCE_API_KEY"]})
response = connection.getresponse()
body = response.read().decode()
connection.close()
if response.status != 200:
    raise SystemExit(f"{response.status} {body}")
print(body)
`,
  },
  {
    extension: "go",
    language: "Go",
    label: "Go",
    write: ({ path, host, parameters }) => `package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	base := os.Getenv("BINANCE_BASE_URL")
	if base == "" {
		base = "${host}"
	}
	parameters := url.Values{${parameters.map(([name, value]) => `"${name}": {"${value}"}, `).join("")}"timestamp": {strconv.FormatInt(time.Now().UnixMilli(), 10)}}
	query := strings.ReplaceAll(parameters.Encode(), "+", "%20")
	mac := hmac.New(sha256.New, []byte(os.Getenv("BINANCE_API_SECRET")))
	mac.Write([]byte(query))

	request, err := http.NewRequest("GET", base+"${path}?"+query+"&signature="+hex.EncodeToString(mac.Sum(nil)), nil)
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("X-MBX-APIKEY", os.Getenv("BINANCE_API_KEY"))
	client := http.Client{
		Timeout:       10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		log.Fatal("the request failed") // the error itself quotes the signed address
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		log.Fatal(response.Status, " ", string(body))
	}
	fmt.Println(string(body))
}
`,
  },
];
