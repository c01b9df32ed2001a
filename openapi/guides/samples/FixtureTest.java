import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FixtureTest {
  static final HttpClient http = HttpClient.newHttpClient();
  static Process mock;
  static String url;
  String key;
  String secret;

  @BeforeAll
  static void start() throws Exception {
    mock = new ProcessBuilder("npx", "binance-accounts", "mock", "--quiet", "--exit-with-parent")
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    BufferedReader printed = mock.inputReader();
    url = printed.readLine().replace("export BINANCE_BASE_URL=", "");
  }

  @AfterAll
  static void stop() throws Exception {
    // The mock ends when its standard input does.
    mock.getOutputStream().close();
    mock.waitFor();
  }

  @BeforeEach
  void createAccount() throws Exception {
    String created = control("POST", "keys", "").body();
    key = field(created, "apiKey");
    secret = field(created, "secret");
  }

  @Test
  void anAlarmAtAMarginCall() throws Exception {
    control("PUT", "state", "{ \"scenario\": \"marginCall\" }");
    assertEquals("MARGIN_CALL", field(get("/papi/v1/account", "").body(), "accountStatus"));
  }

  @Test
  void whatTheMockNoticed() throws Exception {
    control("PUT", "faults", "[{ \"fault\": \"error\", \"example\": \"overloaded\", \"times\": 1 }]");
    assertEquals(503, get("/papi/v1/um/account", "recvWindow=5000&").statusCode());
    assertTrue(control("GET", "journal", "").body().contains("\"status\": 503"));
  }

  HttpResponse<String> control(String method, String path, String body) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/__mock/" + path))
        .method(method, BodyPublishers.ofString(body));
    if (key != null) request.header("X-MBX-APIKEY", key);
    return http.send(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path, String parameters) throws Exception {
    String query = parameters + "timestamp=" + System.currentTimeMillis();
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(), "HmacSHA256"));
    String signature = HexFormat.of().formatHex(mac.doFinal(query.getBytes()));
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + path + "?" + query + "&signature=" + signature))
        .header("X-MBX-APIKEY", key)
        .build();
    return http.send(request, BodyHandlers.ofString());
  }

  /** A text of a JSON response; a JSON library does it better. */
  static String field(String json, String name) {
    var matcher = Pattern.compile("\"" + name + "\": ?\"([^\"]*)\"").matcher(json);
    assertTrue(matcher.find(), name);
    return matcher.group(1);
  }
}
