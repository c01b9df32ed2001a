import { expectTypeOf, test } from "vitest";
import {
  type ApiError,
  type BinanceError,
  type ChannelMessages,
  type Client,
  createClient,
  type DataOf,
  type Decimal,
  type ErrorCode,
  type PositionSide,
  type UmAccount,
} from "../src/index.js";

// Checked by the compiler: `npm run types`. Nothing here is called.
const unused = (): Client => createClient({ apiKey: "", secret: "" });
const typed = (check: (binance: Client) => unknown) => expectTypeOf(check).toBeFunction();

test("data is typed as the document says", () => {
  typed(async (binance) => {
    const account = await binance.getPortfolioAccount();
    expectTypeOf(account.uniMMR).toEqualTypeOf<Decimal>();
    expectTypeOf(account.uniMMR).toEqualTypeOf<`${number}`>();
    expectTypeOf(account.totalAvailableBalance).toEqualTypeOf<`${number}` | "" | undefined>();
    expectTypeOf(account.updateTime).toEqualTypeOf<number>();
    expectTypeOf(await binance.getUmAccount()).toEqualTypeOf<UmAccount>();
    expectTypeOf<UmAccount>().toEqualTypeOf<DataOf<"getUmAccount">>();
    const [risk] = await binance.getCmPositionRisk({ pair: "BTCUSD" });
    expectTypeOf(risk?.breakEvenPrice).toEqualTypeOf<Decimal | undefined>();
    // @ts-expect-error: no field is made up
    account.unimmr;
  });
});

test("known values are listed, and others may come", () => {
  expectTypeOf<"LONG">().toExtend<PositionSide>();
  expectTypeOf<PositionSide>().toExtend<string>();
  typed(async (binance) => {
    const { accountStatus } = await binance.getPortfolioAccount();
    if (accountStatus === "MARGIN_CALL") return;
    if (accountStatus === "A_NEW_STATUS") return;
  });
});

test("timestamp and signature do not exist for callers", () => {
  typed((binance) => {
    // @ts-expect-error: the client adds it
    binance.getUmAccount({ timestamp: 1 });
    // @ts-expect-error: the client adds it
    binance.GET("/papi/v1/um/account", { params: { query: { signature: "" } } });
    binance.getUmAccount({ recvWindow: 5000 });
    binance.GET("/papi/v1/um/account", { params: { query: { recvWindow: 5000 } } });
  });
});

test("parameters that exclude each other cannot be written together", () => {
  typed((binance) => {
    binance.getCmPositionRisk();
    binance.getCmPositionRisk({});
    binance.getCmPositionRisk({ pair: "BTCUSD" });
    binance.getCmPositionRisk({ marginAsset: "BTC", recvWindow: 1 });
    // @ts-expect-error: one or the other
    binance.getCmPositionRisk({ marginAsset: "BTC", pair: "BTCUSD" });
    // @ts-expect-error: one or the other
    binance.GET("/papi/v1/cm/positionRisk", { params: { query: { marginAsset: "BTC", pair: "BTCUSD" } } });
  });
});

test("misspelt parameters, options and paths do not compile", () => {
  typed((binance) => {
    // @ts-expect-error: there is no such parameter
    binance.getCmPositionRisk({ symbol: "BTCUSD_PERP" });
    // @ts-expect-error: there is no such option
    binance.getUmAccount({}, { timeOut: 5 });
    // @ts-expect-error: there is no such path
    binance.GET("/papi/v1/um/acount");
    // @ts-expect-error: GET has no such option
    binance.GET("/papi/v1/um/account", { query: {} });
    // @ts-expect-error: there is no such method
    binance.getUMAccount();
    // @ts-expect-error: there is no such option
    createClient({ apiKey: "", secret: "", secrt: "" });
    binance.getUmAccount({}, { signal: AbortSignal.timeout(1), timeout: 5 });
  });
});

test("GET gives data or error, never both", () => {
  typed(async (binance) => {
    const { data, error } = await binance.GET("/dapi/v1/account");
    if (error) {
      expectTypeOf(error).toEqualTypeOf<ApiError>();
      expectTypeOf(data).toEqualTypeOf<undefined>();
    } else expectTypeOf(data).toEqualTypeOf<DataOf<"getCoinMAccount">>();
  });
});

test("the codes of errors are a closed union", () => {
  expectTypeOf<BinanceError["code"]>().toEqualTypeOf<ErrorCode>();
  expectTypeOf<"CLOCK_SKEW">().toExtend<ErrorCode>();
  expectTypeOf<string>().not.toExtend<ErrorCode>();
  expectTypeOf(unused).returns.toEqualTypeOf<Client>();
});

test("withResponse keeps the type of the data", () => {
  typed(async (binance) => {
    const { data, response, attempts, weight } = await binance.getUmAccount().withResponse();
    expectTypeOf(data).toEqualTypeOf<UmAccount>();
    expectTypeOf(response).toEqualTypeOf<Response>();
    expectTypeOf(attempts).toEqualTypeOf<number>();
    expectTypeOf(weight.used).toEqualTypeOf<number>();
  });
});

test("channels' messages are typed by their name", () => {
  expectTypeOf<ChannelMessages["binance-accounts.wait"]["ms"]>().toEqualTypeOf<number>();
  expectTypeOf<ChannelMessages["binance-accounts.attempt"]["error"]>().toExtend<
    { code: ErrorCode } | undefined
  >();
});

test("a watch yields what its options say", () => {
  typed(async (binance) => {
    for await (const { data, error } of binance.watch("getUmAccount")) {
      expectTypeOf(data).toEqualTypeOf<UmAccount>();
      expectTypeOf(error).toEqualTypeOf<undefined>();
    }
    for await (const look of binance.watch("getUmAccount", { yieldErrors: true })) {
      if (look.error) expectTypeOf(look.error).toEqualTypeOf<BinanceError>();
      else expectTypeOf(look.data).toEqualTypeOf<UmAccount>();
    }
    binance.watch("getCmPositionRisk", { parameters: { pair: "BTCUSD" } });
    // @ts-expect-error: parameters of another operation
    binance.watch("getUmAccount", { parameters: { pair: "BTCUSD" } });
    // @ts-expect-error: misspelt
    binance.watch("getUmAccount", { evry: 5 });
    const { data } = await binance.snapshot();
    expectTypeOf(data.getUmAccount).toEqualTypeOf<UmAccount | undefined>();
  });
});
