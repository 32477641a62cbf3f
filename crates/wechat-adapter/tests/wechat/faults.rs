//! What goes wrong between here and WeChat, and what a second try makes of it.

use std::time::Duration;

use crate::replay::{Reaction, Replay, SUCCESS, exchange};
use domain::login::{ExchangeError, Trouble};
use futures::future::join_all;
use tokio::{net::TcpListener, time::Instant};
use wechat_adapter::{WeChat, WeChatConfig};

const HTML: &str = "<html><body><h1>Bad Gateway</h1></body></html>";

/// A total time that tests can afford to see run out, and that a busy machine has enough of.
const SHORT: Duration = Duration::from_secs(2);

fn impatient(replay: &Replay) -> WeChat {
    WeChat::try_new(WeChatConfig { total_timeout: SHORT, ..replay.config() }).expect("it is valid")
}

fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    [b"HTTP/1.1 200 OK\r\n", head.as_bytes(), b"\r\n\r\n", body].concat()
}

/// Faults that leave it in doubt whether WeChat used the code up.
fn doubtful_faults() -> Vec<(&'static str, Reaction, Trouble)> {
    let huge = vec![b' '; 70_000];
    let endless = [b"11170\r\n".as_slice(), &huge, b"\r\n"].concat();
    vec![
        ("busy", Reaction::errcode(-1), Trouble::Busy),
        ("502", Reaction::status(502, "text/html", HTML), Trouble::HttpStatus),
        ("500 with a right answer", Reaction::status(500, "text/plain", SUCCESS), Trouble::HttpStatus),
        ("html", Reaction::status(200, "text/html", HTML), Trouble::Malformed),
        ("empty", Reaction::body(""), Trouble::Malformed),
        ("truncated JSON", Reaction::body(&SUCCESS[..40]), Trouble::Malformed),
        ("no key", Reaction::body(r#"{"openid":"oA"}"#), Trouble::Malformed),
        ("reset", Reaction::Reset, Trouble::Unreachable),
        ("closed", Reaction::AnswerAndClose(Vec::new()), Trouble::Unreachable),
        ("not HTTP", Reaction::AnswerAndClose(b"SSH-2.0-x\r\n\r\n".to_vec()), Trouble::Unreachable),
        (
            "cut body",
            Reaction::AnswerAndClose(answer("Content-Length: 500", SUCCESS.as_bytes())),
            Trouble::Unreachable,
        ),
        ("huge", Reaction::AnswerAndClose(answer("Content-Length: 70000", &huge)), Trouble::Malformed),
        (
            "endless",
            Reaction::AnswerAndClose(answer("Transfer-Encoding: chunked", &endless)),
            Trouble::Malformed,
        ),
        ("silence", Reaction::Silence, Trouble::TimedOut),
        (
            "slow bytes",
            Reaction::Drip(answer("Content-Length: 83", SUCCESS.as_bytes()), SHORT / 40),
            Trouble::TimedOut,
        ),
    ]
}

/// Meets every fault at the same time, each at a WeChat of its own.
async fn at_each_fault(meet: impl AsyncFn(&'static str, Reaction, Trouble)) {
    join_all(doubtful_faults().into_iter().map(|(name, fault, trouble)| meet(name, fault, trouble))).await;
}

#[tokio::test]
async fn after_a_passing_fault_a_second_try_succeeds() {
    at_each_fault(async |name, fault, _| {
        let replay = Replay::of([fault, Reaction::body(SUCCESS)]).await;
        exchange(&impatient(&replay)).await.expect(name);
        assert_eq!(replay.asked(), 2, "{name}");
    })
    .await;
}

#[tokio::test]
async fn a_second_try_that_finds_the_code_used_tells_that_the_answer_was_lost() {
    at_each_fault(async |name, fault, _| {
        let replay = Replay::of([fault, Reaction::errcode(40163)]).await;
        assert_eq!(exchange(&impatient(&replay)).await, Err(ExchangeError::AnswerLost), "{name}");
    })
    .await;
}

#[tokio::test]
async fn after_two_faults_there_is_no_third_try() {
    at_each_fault(async |name, fault, trouble| {
        let replay = Replay::of([fault.clone(), fault, Reaction::body(SUCCESS)]).await;
        let start = Instant::now();
        let result = exchange(&impatient(&replay)).await;
        assert_eq!(result, Err(ExchangeError::Unavailable(trouble)), "{name}");
        assert_eq!(replay.asked(), 2, "{name}");
        assert!(start.elapsed() < SHORT * 2, "{name} took {:?}", start.elapsed());
    })
    .await;
}

#[tokio::test]
async fn the_second_answer_counts_whatever_it_is() {
    for (errcode, expected) in [
        (40029, ExchangeError::InvalidCode),
        (45011, ExchangeError::RateLimited),
        (40226, ExchangeError::UserBlocked),
    ] {
        let replay = Replay::of([Reaction::errcode(-1), Reaction::errcode(errcode)]).await;
        assert_eq!(exchange(&replay.wechat()).await, Err(expected));
    }
}

#[tokio::test]
async fn a_status_that_will_not_pass_is_not_tried_again() {
    for status in [201, 204, 301, 400, 403, 404, 429] {
        let replay = Replay::of([Reaction::status(status, "text/html", "")]).await;
        let result = exchange(&replay.wechat()).await;
        assert_eq!(result, Err(ExchangeError::Unavailable(Trouble::HttpStatus)), "{status}");
        assert_eq!(replay.asked(), 1, "{status}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let away = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n";
    let replay = Replay::of([Reaction::Answer(away.into()), Reaction::body(SUCCESS)]).await;
    let result = exchange(&replay.wechat()).await;
    assert_eq!(result, Err(ExchangeError::Unavailable(Trouble::HttpStatus)));
    assert_eq!(replay.asked(), 1);
}

#[tokio::test]
async fn where_nobody_listens_wechat_is_unreachable() {
    let replay = Replay::of([]).await;
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let config = WeChatConfig { base_url: format!("http://{free}"), ..replay.config() };
    let result = exchange(&WeChat::try_new(config).unwrap()).await;
    assert_eq!(result, Err(ExchangeError::Unavailable(Trouble::Unreachable)));
}

#[tokio::test]
async fn a_right_answer_in_slow_bytes_is_still_right() {
    let slow = Reaction::Drip(answer("Content-Length: 83", SUCCESS.as_bytes()), Duration::from_millis(1));
    let replay = Replay::of([slow]).await;
    exchange(&replay.wechat()).await.expect("it is slow, and in time");
    assert_eq!(replay.asked(), 1);
}

#[tokio::test]
async fn connections_are_used_again() {
    let replay = Replay::of([(); 3].map(|()| Reaction::body(SUCCESS))).await;
    let wechat = replay.wechat();
    for _ in 0..3 {
        exchange(&wechat).await.expect("it succeeds");
    }
    assert_eq!(replay.connections(), 1);
}
