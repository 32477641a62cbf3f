//! Faults between the adapter and WeChat, and the retry.

use std::time::Duration;

use domain::{
    login::ExchangeError,
    wechat::{CallError, Trouble},
};
use futures::future::join_all;
use tokio::{net::TcpListener, time::timeout};
use wechat_adapter::{WeChat, WeChatConfig};

use crate::mock_server::{MockReply, MockServer, RATE_LIMITED, SUCCESS, exchange, gateway};

const HTML: &str = "<html><body><h1>Bad Gateway</h1></body></html>";

/// A total timeout short enough to wait for, and long enough for a busy machine.
const SHORT: Duration = Duration::from_secs(2);

fn with_short_timeout(server: &MockServer) -> WeChat {
    gateway(WeChatConfig { total_timeout: SHORT, ..server.config() })
}

fn http_ok(head: &str, body: &[u8]) -> Vec<u8> {
    [b"HTTP/1.1 200 OK\r\n", head.as_bytes(), b"\r\n\r\n", body].concat()
}

/// Faults after which the code may or may not be used.
fn doubtful_faults() -> Vec<(&'static str, MockReply, Trouble)> {
    let huge = vec![b' '; 70_000];
    let endless = [b"11170\r\n".as_slice(), &huge, b"\r\n"].concat();
    vec![
        ("busy", MockReply::errcode(-1), Trouble::Busy),
        ("502", MockReply::status(502, "text/html", HTML), Trouble::HttpStatus),
        ("500 with a successful body", MockReply::status(500, "text/plain", SUCCESS), Trouble::HttpStatus),
        ("html", MockReply::status(200, "text/html", HTML), Trouble::Malformed),
        ("empty", MockReply::body(""), Trouble::Malformed),
        ("truncated JSON", MockReply::body(&SUCCESS[..40]), Trouble::Malformed),
        ("no key", MockReply::body(r#"{"openid":"oA"}"#), Trouble::Malformed),
        ("reset", MockReply::Reset, Trouble::Unreachable),
        ("closed", MockReply::Close(Vec::new()), Trouble::Unreachable),
        ("not HTTP", MockReply::Close(b"SSH-2.0-x\r\n\r\n".to_vec()), Trouble::Unreachable),
        (
            "cut body",
            MockReply::Close(http_ok("Content-Length: 500", SUCCESS.as_bytes())),
            Trouble::Unreachable,
        ),
        ("huge", MockReply::Close(http_ok("Content-Length: 70000", &huge)), Trouble::Malformed),
        ("endless", MockReply::Close(http_ok("Transfer-Encoding: chunked", &endless)), Trouble::Malformed),
        ("silence", MockReply::Hang, Trouble::TimedOut),
        (
            "slow bytes",
            MockReply::Slow(http_ok("Content-Length: 83", SUCCESS.as_bytes()), SHORT / 40),
            Trouble::TimedOut,
        ),
    ]
}

/// Runs `check` for all faults concurrently, each against its own server.
async fn for_each_fault(check: impl AsyncFn(&'static str, MockReply, Trouble)) {
    join_all(doubtful_faults().into_iter().map(|(name, fault, trouble)| check(name, fault, trouble))).await;
}

#[tokio::test]
async fn a_retry_after_a_transient_fault_succeeds() {
    for_each_fault(async |name, fault, _| {
        let server = MockServer::start([fault, MockReply::body(SUCCESS)]).await;
        exchange(&with_short_timeout(&server)).await.expect(name);
        assert_eq!(server.request_count(), 2, "{name}");
    })
    .await;
}

#[tokio::test]
async fn a_retry_that_finds_the_code_used_means_that_the_reply_was_lost() {
    for_each_fault(async |name, fault, _| {
        let server = MockServer::start([fault, MockReply::errcode(40163)]).await;
        assert_eq!(exchange(&with_short_timeout(&server)).await, Err(ExchangeError::AnswerLost), "{name}");
    })
    .await;
}

#[tokio::test]
async fn there_is_only_one_retry() {
    for_each_fault(async |name, fault, trouble| {
        let server = MockServer::start([fault.clone(), fault, MockReply::body(SUCCESS)]).await;
        let result = timeout(SHORT * 2, exchange(&with_short_timeout(&server))).await.expect(name);
        assert_eq!(result, Err(CallError::Unavailable(trouble).into()), "{name}");
        assert_eq!(server.request_count(), 2, "{name}");
    })
    .await;
}

#[tokio::test]
async fn the_outcome_of_the_retry_is_returned() {
    for (errcode, expected) in
        [(40029, ExchangeError::InvalidCode), (45011, RATE_LIMITED), (40226, ExchangeError::UserBlocked)]
    {
        let server = MockServer::start([MockReply::errcode(-1), MockReply::errcode(errcode)]).await;
        assert_eq!(exchange(&server.wechat()).await, Err(expected));
    }
}

#[tokio::test]
async fn a_permanent_status_is_not_retried() {
    for status in [201, 204, 301, 400, 403, 404, 429] {
        let server = MockServer::start([MockReply::status(status, "text/html", "")]).await;
        let result = exchange(&server.wechat()).await;
        assert_eq!(result, Err(CallError::Unavailable(Trouble::HttpStatus).into()), "{status}");
        assert_eq!(server.request_count(), 1, "{status}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let away = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n";
    let server = MockServer::start([MockReply::KeepAlive(away.into()), MockReply::body(SUCCESS)]).await;
    let result = exchange(&server.wechat()).await;
    assert_eq!(result, Err(CallError::Unavailable(Trouble::HttpStatus).into()));
    assert_eq!(server.request_count(), 1);
}

#[tokio::test]
async fn wechat_is_unreachable_if_nothing_listens() {
    let server = MockServer::start([]).await;
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let config = WeChatConfig { base_url: free.into(), ..server.config() };
    let result = exchange(&gateway(config)).await;
    assert_eq!(result, Err(CallError::Unavailable(Trouble::Unreachable).into()));
}

#[tokio::test]
async fn a_slow_reply_within_the_timeout_succeeds() {
    let slow = MockReply::Slow(http_ok("Content-Length: 83", SUCCESS.as_bytes()), Duration::from_millis(1));
    let server = MockServer::start([slow]).await;
    exchange(&server.wechat()).await.expect("it is slow but within the timeout");
    assert_eq!(server.request_count(), 1);
}

#[tokio::test]
async fn connections_are_reused() {
    let server = MockServer::start([(); 3].map(|()| MockReply::body(SUCCESS))).await;
    let wechat = server.wechat();
    for _ in 0..3 {
        exchange(&wechat).await.expect("it succeeds");
    }
    assert_eq!(server.connection_count(), 1);
}
