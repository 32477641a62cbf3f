//! Secrets leave by the wire, and by no other way.

use std::{
    io,
    sync::{Arc, Mutex},
};

use domain::login::CodeExchange;
use tokio::net::TcpListener;
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter, util::SubscriberInitExt};
use wechat_adapter::{WeChat, WeChatConfig};

use crate::replay::{APP, Reaction, Replay};

const SECRET: &str = "0123456789abcdef-the-secret";
const CODE: &str = "0a1b2c3d4e-the-code";
const KEY: &str = "c2Vzc2lvbiBrZXkgbm8gMQ==";

/// All that was logged.
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

/// Answers that may tempt somebody to log what they hold.
fn tempting_reactions() -> Vec<Reaction> {
    let success = format!(r#"{{"session_key":"{KEY}","openid":"oA"}}"#);
    let echo = format!(r#"{{"errcode":40164,"errmsg":"invalid ip 203.0.113.7 for {SECRET} and {CODE}"}}"#);
    let broken = Reaction::AnswerAndClose(
        format!("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{success}").into_bytes(),
    );
    let misplaced = format!(r#"{{"errcode":"{KEY}","openid":{{"session_key":"{KEY}"}}}}"#);
    let redirect = format!("HTTP/1.1 302 Found\r\nLocation: /?secret={SECRET}\r\nContent-Length: 0\r\n\r\n")
        .into_bytes();
    vec![
        Reaction::body(&success),
        Reaction::body(&echo),
        broken,
        Reaction::Reset,
        Reaction::body(&misplaced),
        Reaction::body(&success[..success.len() - 10]),
        Reaction::status(502, "text/html", &echo),
        Reaction::Silence,
        Reaction::Answer(redirect),
    ]
}

/// Plays everything on this thread, all of which is logged.
fn log_of(play: impl AsyncFnOnce()) -> String {
    let log = Log::default();
    // The guard's bridge for the log crate is the process's, its subscriber is this thread's.
    let _guard = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .set_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(play());
    log.text()
}

#[test]
fn no_log_at_any_level_tells_a_secret() {
    let log = log_of(async || {
        let replay = Replay::of(tempting_reactions()).await;
        let apps = vec![(APP.parse().unwrap(), SECRET.parse().unwrap())];
        let total_timeout = std::time::Duration::from_secs(1);
        let config = WeChatConfig { apps, total_timeout, ..replay.config() };
        tracing::info!(?config);
        let wechat = WeChat::try_new(config).unwrap();
        tracing::info!(?wechat);
        while replay.asked() < tempting_reactions().len() {
            let result = wechat.exchange(&APP.parse().unwrap(), &CODE.parse().unwrap()).await;
            tracing::info!(?result);
            if let Err(error) = result {
                tracing::info!(%error);
            }
        }
    });
    for secret in [SECRET, CODE, KEY] {
        assert!(!log.contains(secret), "{secret} is in\n{log}");
    }
    // Proof that the log was listened to: the client's own words, and ours.
    assert!(log.contains("starting new connection"), "{log}");
    assert!(log.contains("invalid ip 203.0.113.7 for … and …"), "{log}");
}

#[test]
fn where_nobody_listens_no_log_tells_a_secret() {
    let log = log_of(async || {
        let replay = Replay::of([]).await;
        let apps = vec![(APP.parse().unwrap(), SECRET.parse().unwrap())];
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let base_url = format!("http://{free}");
        let wechat = WeChat::try_new(WeChatConfig { apps, base_url, ..replay.config() }).unwrap();
        let result = wechat.exchange(&APP.parse().unwrap(), &CODE.parse().unwrap()).await;
        tracing::info!(?result);
    });
    for secret in [SECRET, CODE] {
        assert!(!log.contains(secret), "{secret} is in\n{log}");
    }
    assert!(log.contains("failure=NotConnected"), "{log}");
}
