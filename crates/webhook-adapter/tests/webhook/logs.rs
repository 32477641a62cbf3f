//! Failures are logged, and no secret with them.

use std::{
    io,
    sync::{Arc, Mutex},
};

use domain::webhook::WebhookEndpoint;
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter, util::SubscriberInitExt};

use crate::back_end::{BackEnd, LONG, Reply, SECRET, SHORT, client, http, relay_message};

const PATH: &str = "/hooks/the-path?key=the-key";
const MESSAGE: &str = r#"{"Content":"the-content"}"#;
const ANSWER: &str = "the-answer";

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Runs `scenario` on this thread and returns its log.
fn log_of(scenario: impl AsyncFnOnce()) -> String {
    let log = Log::default();
    // Installs the bridge from the log crate for the process, and the subscriber for this thread.
    let _guard = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .set_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(scenario());
    String::from_utf8(log.0.lock().unwrap().clone()).unwrap()
}

#[test]
fn a_failure_is_logged_with_host_and_reason_and_without_secrets() {
    let log = log_of(async || {
        let cut = http("200 OK", "Content-Length: 500", ANSWER.as_bytes());
        for (reply, allows_private, limit) in [
            (Reply::Close(cut.clone()), true, LONG),
            (Reply::Hang(cut), true, SHORT),
            (Reply::body(ANSWER.repeat(2_000)), true, LONG),
            (Reply::body(ANSWER), false, LONG),
        ] {
            let back_end = BackEnd::start(reply).await;
            let endpoint = WebhookEndpoint { allows_private, ..back_end.endpoint(PATH) };
            tracing::info!(?endpoint.secrets);
            relay_message(&client(), &endpoint, MESSAGE, limit).await.unwrap_err();
        }
    });
    for fault in ["connection_lost", "timed_out", "unreadable", "private_address"] {
        assert!(log.contains(&format!("fault={fault}")), "{fault} is not in the log:\n{log}");
    }
    assert!(log.contains("host=\"127.0.0.1:"), "{log}");
    // The log contains events of the HTTP client, so the check below is not vacuous.
    assert!(log.contains("starting new connection"), "{log}");
    for secret in ["the-path", "the-key", "the-content", ANSWER, SECRET] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
}

#[test]
fn an_endpoint_that_is_down_is_logged_once_until_it_answers() {
    let log = log_of(async || {
        let client = client();
        let back_end = BackEnd::start(Reply::body(ANSWER)).await;
        let forbidden = WebhookEndpoint { allows_private: false, ..back_end.endpoint(PATH) };
        for endpoint in [&forbidden, &forbidden, &forbidden, &back_end.endpoint(PATH), &forbidden] {
            // Whether it fails is seen below.
            let _ = relay_message(&client, endpoint, MESSAGE, LONG).await;
        }
    });
    let count = |text: &str| log.matches(text).count();
    assert_eq!((count(" webhooks fail"), count("another webhook failed")), (2, 2), "{log}");
    assert_eq!(count("webhooks are answered again"), 1, "{log}");
}
