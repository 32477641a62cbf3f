//! No log at any level contains a secret.

use std::{
    io,
    sync::{Arc, Mutex},
};

use domain::login::CodeExchange;
use tokio::net::TcpListener;
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter, util::SubscriberInitExt};
use wechat_adapter::WeChatConfig;

use crate::mock_server::{APP, MockReply, MockServer, gateway};

const SECRET: &str = "0123456789abcdef-the-secret";
const CODE: &str = "0a1b2c3d4e-the-code";
const KEY: &str = "c2Vzc2lvbiBrZXkgbm8gMQ==";

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

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// Replies with secrets in places that an error message might quote.
fn replies_with_secrets() -> Vec<MockReply> {
    let success = format!(r#"{{"session_key":"{KEY}","openid":"oA"}}"#);
    let echo = format!(r#"{{"errcode":47001,"errmsg":"invalid ip 203.0.113.7 for {SECRET} and {CODE}"}}"#);
    let broken =
        MockReply::Close(format!("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{success}").into_bytes());
    let misplaced = format!(r#"{{"errcode":"{KEY}","openid":{{"session_key":"{KEY}"}}}}"#);
    let redirect = format!("HTTP/1.1 302 Found\r\nLocation: /?secret={SECRET}\r\nContent-Length: 0\r\n\r\n")
        .into_bytes();
    vec![
        MockReply::body(&success),
        MockReply::body(&echo),
        broken,
        MockReply::Reset,
        MockReply::body(&misplaced),
        MockReply::body(&success[..success.len() - 10]),
        MockReply::status(502, "text/html", &echo),
        MockReply::Hang,
        MockReply::KeepAlive(redirect),
    ]
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
    log.text()
}

#[test]
fn logs_of_replies_contain_no_secret() {
    let log = log_of(async || {
        let server = MockServer::start(replies_with_secrets()).await;
        let apps = vec![(APP.parse().unwrap(), SECRET.parse().unwrap())];
        let total_timeout = std::time::Duration::from_secs(1);
        let config = WeChatConfig { apps, total_timeout, ..server.config() };
        tracing::info!(?config);
        let wechat = gateway(config);
        tracing::info!(?wechat);
        while server.request_count() < replies_with_secrets().len() {
            let result = wechat.exchange(&APP.parse().unwrap(), &CODE.parse().unwrap()).await;
            tracing::info!(?result);
            if let Err(error) = result {
                tracing::info!(%error);
            }
        }
    });
    for secret in [SECRET, CODE, KEY] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
    // The log contains events of the HTTP client and of the adapter, so the check above is not vacuous.
    assert!(log.contains("starting new connection"), "{log}");
    assert!(log.contains("invalid ip 203.0.113.7 for … and …"), "{log}");
}

#[test]
fn logs_of_a_failed_connection_contain_no_secret() {
    let log = log_of(async || {
        let server = MockServer::start([]).await;
        let apps = vec![(APP.parse().unwrap(), SECRET.parse().unwrap())];
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let base_url = free.into();
        let wechat = gateway(WeChatConfig { apps, base_url, ..server.config() });
        let result = wechat.exchange(&APP.parse().unwrap(), &CODE.parse().unwrap()).await;
        tracing::info!(?result);
    });
    for secret in [SECRET, CODE] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
    assert!(log.contains("failure=NotConnected"), "{log}");
}
