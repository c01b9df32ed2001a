import { createServer } from "node:http";
import { bodyFrom } from "./account.mjs";

/** A server on this machine that answers every request with an account. */
export async function serve() {
  const server = createServer((_request, response) => response.end(JSON.stringify(bodyFrom("server"))));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { baseUrl: `http://127.0.0.1:${server.address().port}`, close };
}
