use std::{cell::RefCell, io::Write, sync::Once, time::Duration};

use domain::{
    login::ExchangeError,
    open_data::OpenDataFault,
    wechat::{CallError, Refusal},
};
use http::{Method, StatusCode};
use http_api::{HttpPolicy, Rate, RateLimits};
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use serde_json::json;

use crate::fixture::{APP_ID, Fixture, request, signed, unsigned_of};

thread_local! {
    /// What was logged on this thread, which runs one test.
    static LOGGED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The log of one test.
///
/// One subscriber for the whole process writes to a buffer per thread. Subscribers per thread would share
/// the interest cache of each callsite and disable each other's events.
struct Log;

impl Log {
    /// Captures everything that this thread logs from now on.
    fn capture() {
        static SUBSCRIBED: Once = Once::new();
        SUBSCRIBED.call_once(|| {
            let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(|| ThisThread);
            let subscriber = subscriber.with_max_level(tracing::Level::TRACE).finish();
            tracing::subscriber::set_global_default(subscriber).unwrap();
        });
        LOGGED.take();
    }

    fn text() -> String {
        LOGGED.with_borrow(|logged| String::from_utf8(logged.clone()).unwrap())
    }

    fn lines_with(part: &str) -> Vec<String> {
        Self::text().lines().filter(|line| line.contains(part)).map(ToOwned::to_owned).collect()
    }
}

/// Writes to the log of the current thread.
struct ThisThread;

impl Write for ThisThread {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOGGED.with_borrow_mut(|logged| logged.write(bytes))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn every_request_leaves_one_log_line() {
    Log::capture();
    let fixture = Fixture::new();
    let reply = fixture.login("alice").await;
    let lines = Log::lines_with(reply.header("x-request-id"));
    assert_eq!(lines.len(), 1, "{}", Log::text());
    let line = &lines[0];
    for part in ["INFO", "method=\"POST\"", "route=\"/v1/login\"", "status=200", "client=203.0.113.7"] {
        assert!(line.contains(part), "{part}: {line}");
    }
    assert!(line.contains(&format!("app=\"{APP_ID}\"")) && line.contains("identity="), "{line}");
    assert!(!line.contains("user_id=") && !line.contains("alice"), "{line}");
    let token = fixture.register("alice").await;
    let user = fixture.user_id(&token).await;
    let checked = fixture.get("/v1/session", &token).await;
    let checked = Log::lines_with(checked.header("x-request-id"));
    let of_both = |line: &str| line.split("identity=").nth(1).unwrap()[..16].to_owned();
    assert_eq!(of_both(&checked[0]), of_both(line));
    assert!(checked[0].contains(&format!("user_id={user}")), "{}", checked[0]);
    let missing = fixture.send(Method::GET, "/secret/path?token=secret", None, None).await;
    let lines = Log::lines_with(missing.header("x-request-id"));
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains("route=\"unmatched\"") && lines[0].contains("code=\"not_found\""));
    assert!(!Log::text().contains("secret"));
}

#[tokio::test]
async fn internal_causes_are_logged_and_not_sent() {
    Log::capture();
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let reply = fixture.post("/v1/open-data", &token, unsigned_of("alice", "fault:bad_padding")).await;
    let lines = Log::lines_with(reply.header("x-request-id"));
    assert!(lines[0].contains("cause=\"bad_padding\""), "{}", lines[0]);
    let refused = CallError::Refused { refusal: Refusal::Unlisted, errcode: 47001 }.into();
    let reply = Fixture::with_exchange_error(refused).login("bob").await;
    let lines = Log::lines_with(reply.header("x-request-id"));
    let line = lines.last().unwrap();
    assert!(line.contains("WARN") && line.contains("errcode 47001"), "{line}");
    fixture.store.start_failing();
    let reply = fixture.login("bob").await;
    let lines = Log::lines_with(reply.header("x-request-id"));
    assert!(lines[0].contains("the store failed: the disk is full"), "{}", lines[0]);
    assert!(!String::from_utf8(reply.bytes).unwrap().contains("disk"));
}

#[tokio::test]
async fn a_limit_hints_at_a_proxy_that_is_not_trusted() {
    Log::capture();
    let limits =
        RateLimits { login_per_address: Rate::try_new(1, Duration::from_secs(1)), ..RateLimits::OFF };
    let fixture = Fixture::with_policy(HttpPolicy { limits, ..HttpPolicy::default() });
    fixture.login("alice").await;
    let plain = fixture.login("alice").await;
    let mut forwarded = request(Method::POST, "/v1/login", None, Some(json!({})));
    forwarded.headers_mut().insert("x-forwarded-for", "198.51.100.1".parse().unwrap());
    let forwarded = fixture.send_request(forwarded).await;
    for (reply, has_hint) in [(plain, false), (forwarded, true)] {
        let lines = Log::lines_with(reply.header("x-request-id"));
        assert!(lines[0].contains("code=\"rate_limited\""), "{}", lines[0]);
        assert_eq!(lines[0].contains("http.trusted_proxies"), has_hint, "{}", lines[0]);
    }
}

#[tokio::test]
async fn what_adapters_log_carries_the_request_id() {
    Log::capture();
    let refused = CallError::Refused { refusal: Refusal::Unlisted, errcode: 47001 }.into();
    let reply = Fixture::with_exchange_error(refused).login("bob").await;
    let lines = Log::lines_with("the exchange failed");
    assert!(lines[0].contains(reply.header("x-request-id")), "{}", lines[0]);
}

#[tokio::test]
async fn no_secret_is_logged_at_any_level() {
    Log::capture();
    let fixture = Fixture::new();
    let token = fixture.log_in("alice-one-time-code").await;
    let renewed = fixture.post("/v1/register", &token, signed("alice-one-time-code")).await.text("/token");
    fixture.post("/v1/me/profile", &renewed, signed("alice-one-time-code")).await;
    fixture.send(Method::DELETE, "/v1/session", Some(&renewed), None).await;
    fixture.get("/v1/session", &renewed).await;
    let text = Log::text();
    assert_eq!(text.lines().count(), 5, "{text}");
    for secret in [token.as_str(), renewed.as_str(), "one-time-code", "encrypted"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[tokio::test]
async fn responses_carry_their_request_id_and_security_headers() {
    let fixture = Fixture::new();
    let (first, second) = (fixture.login("alice").await, fixture.login("alice").await);
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
    for reply in [first, fixture.get("/v1/me", "nonsense").await] {
        assert_eq!(reply.header("x-request-id").len(), 19);
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn a_client_cannot_choose_its_request_id() {
    let fixture = Fixture::new();
    let mut request = request(Method::GET, "/healthz", None, None);
    request.headers_mut().insert("x-request-id", "chosen".parse().unwrap());
    assert_ne!(fixture.send_request(request).await.header("x-request-id"), "chosen");
}

/// The recorded metrics. Taking a snapshot resets them.
struct Measured(Vec<(metrics::Key, DebugValue)>);

impl Measured {
    fn of(snapshotter: &Snapshotter) -> Self {
        let snapshot = snapshotter.snapshot().into_vec();
        Self(snapshot.into_iter().map(|(key, _, _, value)| (key.key().clone(), value)).collect())
    }

    /// The value of the metric with this name and exactly these labels.
    fn get(&self, name: &str, labels: &[(&str, &str)]) -> Option<&DebugValue> {
        let is_it = |key: &metrics::Key| {
            let has = |(name, value): &(&str, &str)| {
                key.labels().any(|label| label.key() == *name && label.value() == *value)
            };
            key.name() == name && key.labels().len() == labels.len() && labels.iter().all(has)
        };
        self.0.iter().find(|(key, _)| is_it(key)).map(|(_, value)| value)
    }
}

#[tokio::test]
async fn requests_and_outcomes_are_counted() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    fixture.login("alice").await;
    fixture.post("/v1/open-data", &token, unsigned_of("alice", "fault:invalid_json")).await;
    fixture.post("/v1/me/profile", &token, signed("bob")).await;
    fixture.get("/v1/sessions/7", &token).await;
    let expected: [(&str, &[(&str, &str)]); 8] = [
        ("yaoshi_logins_total", &[("app", APP_ID), ("outcome", "unregistered")]),
        ("yaoshi_logins_total", &[("app", APP_ID), ("outcome", "registered")]),
        ("yaoshi_registrations_total", &[("app", APP_ID), ("outcome", "new")]),
        ("yaoshi_key_ring_fit_total", &[("app", APP_ID), ("fit", "current")]),
        ("yaoshi_open_data_failures_total", &[("app", APP_ID), ("cause", "undecryptable")]),
        ("yaoshi_open_data_failures_total", &[("app", APP_ID), ("cause", "signature_mismatch")]),
        ("yaoshi_http_requests_total", &[("route", "/v1/register"), ("method", "POST"), ("status", "201")]),
        (
            "yaoshi_http_requests_total",
            &[("route", "/v1/sessions/{id}"), ("method", "GET"), ("status", "405")],
        ),
    ];
    let measured = Measured::of(&snapshotter);
    for (name, labels) in expected {
        assert_eq!(measured.get(name, labels), Some(&DebugValue::Counter(1)), "{name} {labels:?}");
    }
    let times = measured.get("yaoshi_http_request_seconds", &[("route", "/v1/login")]);
    assert!(matches!(times, Some(DebugValue::Histogram(times)) if times.len() == 2), "{times:?}");
}

#[tokio::test]
async fn failed_logins_are_counted_by_their_code() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let fixture = Fixture::with_exchange_error(ExchangeError::CodeUsed);
    fixture.login("alice").await;
    let compat = fixture.send(Method::POST, "/login/", None, Some(json!({ "code": "alice" }))).await;
    assert_eq!(compat.status, StatusCode::OK);
    let measured = Measured::of(&snapshotter);
    let value = measured.get("yaoshi_logins_total", &[("app", APP_ID), ("outcome", "code_used")]);
    assert_eq!(value, Some(&DebugValue::Counter(2)));
}

/// Whoever reads the metrics beside their own requests must not learn more than the response tells them.
#[tokio::test]
async fn all_faults_of_decryption_are_counted_as_one() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let fixture = Fixture::new();
    let registered = fixture.register("alice").await;
    for fault in OpenDataFault::ALL {
        let unregistered = fixture.log_in("bob").await;
        let data = unsigned_of("alice", &format!("fault:{}", fault.as_str()));
        for (path, token) in [("/v1/open-data", &registered), ("/v1/me/profile", &registered)] {
            fixture.post(path, token, data.clone()).await.assert_problem("undecryptable");
        }
        let mut data = unsigned_of("bob", &format!("fault:{}", fault.as_str()));
        data["raw_data"] = signed("bob")["raw_data"].clone();
        data["signature"] = signed("bob")["signature"].clone();
        fixture.post("/v1/register", &unregistered, data).await.assert_problem("undecryptable");
    }
    let measured = Measured::of(&snapshotter);
    let labels = [("app", APP_ID), ("cause", "undecryptable")];
    let value = measured.get("yaoshi_open_data_failures_total", &labels);
    let expected = 3 * u64::try_from(OpenDataFault::ALL.len()).unwrap();
    assert_eq!(value, Some(&DebugValue::Counter(expected)));
    for (key, _) in &measured.0 {
        for label in key.labels() {
            let is_fault = OpenDataFault::ALL.iter().any(|fault| label.value().contains(fault.as_str()));
            assert!(!is_fault, "{key}");
        }
    }
}

/// Clients can name any app and send any token; neither makes a label.
#[tokio::test]
async fn apps_that_are_not_configured_are_counted_as_one() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let fixture = Fixture::new();
    for app in ["wxother", "wx0000000000000000"] {
        let body = json!({ "app_id": app, "code": "alice" });
        fixture.send(Method::POST, "/v1/login", None, Some(body)).await.assert_problem("unknown_app");
    }
    let nobody = format!("ys_{}", "A".repeat(43));
    fixture.post("/v1/register", &nobody, signed("alice")).await.assert_problem("invalid_token");
    let measured = Measured::of(&snapshotter);
    for (name, outcome, times) in
        [("yaoshi_logins_total", "unknown_app", 2), ("yaoshi_registrations_total", "invalid_token", 1)]
    {
        let value = measured.get(name, &[("app", "unknown"), ("outcome", outcome)]);
        assert_eq!(value, Some(&DebugValue::Counter(times)), "{name}");
    }
}
