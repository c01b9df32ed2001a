import { createClient } from "binance-accounts";
import { risk } from "binance-accounts/risk";

const { SECRET_ID = "binance", AWS_SESSION_TOKEN = "", BINANCE_BASE_URL: baseUrl } = process.env;
const port = process.env.PARAMETERS_SECRETS_EXTENSION_HTTP_PORT ?? "2773";

/** Asks the extension "AWS Parameters and Secrets", which keeps the secret; it holds { "apiKey": …, "secret": … }. */
async function credentials() {
  const url = `http://localhost:${port}/secretsmanager/get?secretId=${encodeURIComponent(SECRET_ID)}`;
  const response = await fetch(url, { headers: { "X-Aws-Parameters-Secrets-Token": AWS_SESSION_TOKEN } });
  if (!response.ok) throw new Error(`The secret cannot be read: HTTP ${response.status}.`);
  return JSON.parse(((await response.json()) as { SecretString: string }).SecretString);
}
// Outside the handler: connections, clock and weight are kept from one run to the next.
const binance = createClient({ credentials, baseUrl, timeout: 8000 });

export async function handler(): Promise<{ level: string; uniMMR: string }> {
  const { level, isAlarm, ratio } = risk(await binance.getPortfolioAccount());
  if (isAlarm) console.error(`${level} at uniMMR ${ratio}`); // an alarm of CloudWatch reads this
  return { level, uniMMR: ratio };
}
