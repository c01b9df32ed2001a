import { createHmac } from "node:crypto";
import { startMock } from "binance-accounts/mock";

await using mock = await startMock({ now: () => 1_767_268_815_000 });
const signed = "marginAsset=BTC&timestamp=1767268815000";
const signature = createHmac("sha256", mock.secret ?? "")
  .update(signed)
  .digest("hex");
const sent = `marginAsset=BTC&recvWindow=5000&timestamp=1767268815000&signature=${signature}`;

const response = await fetch(`${mock.url}/papi/v1/cm/positionRisk?${sent}`, {
  headers: { "X-MBX-APIKEY": mock.apiKey },
});
console.log(response.status, await response.text());
console.log(mock.journal.entries.at(-1)?.mistake);
