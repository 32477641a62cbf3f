import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A back end that asks Yaoshi whose token a request carries. README.md says how to run it. */
public class BackEnd {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Pattern BEARER = Pattern.compile("(?i:Bearer) +(\\S+)");

    /** Who the user is: a part of Yaoshi's answer. */
    record Caller(String user, String openid) {}

    /** The answer to a request that goes no further: a problem document, as Yaoshi writes them. */
    static class Refused extends Exception {
        final int status;
        final String body;
        final Map<String, String> headers;

        Refused(int status, String code, String recover, Map<String, String> headers) {
            super(code, null, false, false);
            this.status = status;
            this.body = "{\"code\":\"%s\",\"recover\":\"%s\"}".formatted(code, recover);
            this.headers = headers;
        }
    }

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
    private final URI introspection = URI.create(variable("LOGIN_SERVER").replaceAll("/$", "") + "/oauth/introspect");
    private final String credentials = "Basic " + Base64.getEncoder().encodeToString(
            (variable("SERVICE_ID") + ":" + variable("SERVICE_SECRET")).getBytes(StandardCharsets.UTF_8));
    private final String appId = variable("APP_ID");

    private HttpResponse<String> introspect(String token) throws IOException, InterruptedException {
        // `unregistered` lets this back end tell a user who has yet to register from an invalid token.
        String form = "unregistered=allow&token=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
        return client.send(
                HttpRequest.newBuilder(introspection)
                        .timeout(TIMEOUT)
                        .header("Authorization", credentials)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Returns who the user is. */
    private Caller authenticate(String authorization) throws Refused {
        Matcher bearer = BEARER.matcher(authorization == null ? "" : authorization);
        if (!bearer.matches()) {
            throw new Refused(401, "missing_token", "login_again", Map.of("WWW-Authenticate", "Bearer"));
        }
        HttpResponse<String> answer;
        try {
            answer = introspect(bearer.group(1));
        } catch (IOException error) {
            System.err.println("No answer from Yaoshi: " + error);
            throw new Refused(503, "yaoshi_unavailable", "retry", Map.of("Retry-After", "1"));
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new Refused(503, "yaoshi_unavailable", "retry", Map.of("Retry-After", "1"));
        }
        int status = answer.statusCode();
        if (status == 429 || status >= 500) {
            String seconds = answer.headers().firstValue("Retry-After").orElse("1");
            throw new Refused(503, "yaoshi_unavailable", "retry", Map.of("Retry-After", seconds));
        }
        if (status != 200) {
            // About this back end's credentials, not about the user's token: the client must not see a 401.
            System.err.println("Yaoshi refuses the introspection: " + status + " " + answer.body());
            throw new Refused(502, "introspection_refused", "operator", Map.of());
        }
        if (!answer.body().startsWith("{\"active\":")) {
            System.err.println("The answer is not Yaoshi's: " + answer.body());
            throw new Refused(503, "yaoshi_unavailable", "retry", Map.of("Retry-After", "1"));
        }
        if (!answer.body().startsWith("{\"active\":true")) {
            throw new Refused(
                    401, "invalid_token", "login_again", Map.of("WWW-Authenticate", "Bearer error=\"invalid_token\""));
        }
        if (!appId.equals(member("app_id", answer.body()))) {
            throw new Refused(403, "other_app", "fix_request", Map.of());
        }
        if (!"registered".equals(member("state", answer.body()))) {
            throw new Refused(403, "not_registered", "register", Map.of());
        }
        return new Caller(member("sub", answer.body()), member("openid", answer.body()));
    }

    /**
     * A text in Yaoshi's answer. The JDK has no JSON parser; use yours. This is enough for one flat object, compactly
     * written, whose texts have no escapes. It finds nothing in one that has.
     */
    private static String member(String name, String json) {
        Matcher member = Pattern.compile("\"" + name + "\":\"([^\"\\\\]*)\"").matcher(json);
        return member.find() ? member.group(1) : null;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try {
            if (!exchange.getRequestURI().getPath().equals("/orders")) {
                throw new Refused(404, "no_such_route", "fix_request", Map.of());
            }
            Caller caller = authenticate(exchange.getRequestHeaders().getFirst("Authorization"));
            if (exchange.getRequestMethod().equals("POST")) {
                // Orders of WeChat Pay name their payer by openid.
                String body = "{\"user\":\"%s\",\"payer\":{\"openid\":\"%s\"}}";
                write(exchange, 201, "application/json", body.formatted(caller.user, caller.openid));
            } else {
                write(exchange, 200, "application/json", "{\"user\":\"%s\",\"orders\":[]}".formatted(caller.user));
            }
        } catch (Refused refused) {
            refused.headers.forEach(exchange.getResponseHeaders()::set);
            write(exchange, refused.status, "application/problem+json", refused.body);
        } finally {
            exchange.close();
        }
    }

    private static void write(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, content.length);
        exchange.getResponseBody().write(content);
    }

    private static String variable(String name) {
        String value = System.getenv(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalStateException(name + " is missing: see README.md");
        }
        return value;
    }

    public static void main(String[] arguments) throws IOException {
        // Before the first use of HttpClient: keep 32 connections, for less time than Yaoshi does (30 s), and ask again
        // if Yaoshi had closed an idle one. To ask twice does no harm.
        System.setProperty("jdk.httpclient.connectionPoolSize", "32");
        System.setProperty("jdk.httpclient.keepalive.timeout", "25");
        System.setProperty("jdk.httpclient.enableAllMethodRetry", "true");
        // The JDK's server writes head and body apart: without this, the client waits 40 ms for the second.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "3000"));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/", new BackEnd()::handle);
        server.setExecutor(Executors.newFixedThreadPool(32));
        server.start();
        System.out.println("The back end listens at http://127.0.0.1:" + server.getAddress().getPort());
    }
}
