// An interceptor for other services stays on while the mock, on this machine, answers as the guide says.
import { startMock } from "binance-accounts/mock";

const [, , tool, name] = process.argv;
const mock = await startMock();
const letPass = {
  async msw() {
    const { http, passthrough } = await import(name);
    const { setupServer } = await import(`${name}/node`);
    const server = setupServer(http.get(`${mock.url}/*`, () => passthrough()));
    server.listen({ onUnhandledRequest: "error" });
  },
  async nock() {
    const { default: nock } = await import(name);
    nock.disableNetConnect();
    nock.enableNetConnect("127.0.0.1");
  },
  async undici() {
    const { fetch, MockAgent } = await import(name);
    const dispatcher = new MockAgent();
    dispatcher.disableNetConnect();
    dispatcher.enableNetConnect(/^127\.0\.0\.1:/);
    return { fetch: (url, init) => fetch(url, { ...init, dispatcher }) };
  },
};
const options = await letPass[tool]();
const { accountStatus } = await mock.client(options).getPortfolioAccount();
const elsewhere = mock.client({ ...options, baseUrl: undefined, retry: { attempts: 1 } });
const refused = await elsewhere.getPortfolioAccount().catch(({ code }) => code);
console.log(JSON.stringify({ accountStatus, refused }));
process.exit();
