//! What a back end may answer, or fail to.

use domain::webhook::{WebhookFault, WebhookResponse};
use futures::future::join_all;
use tokio::net::TcpListener;

use crate::back_end::{BackEnd, MESSAGE, Reply, SHORT, client, endpoint, http, relay, relay_message};

const REDIRECT: &str = "Location: /elsewhere\r\nContent-Length: 0";

#[tokio::test]
async fn an_answer_of_any_status_is_returned() {
    let largest = "微".repeat(8 * 1024 / 3);
    for (reply, status, body) in [
        (Reply::body("success"), 200, "success"),
        (Reply::body(" \r\n{\"a\": 1}\n"), 200, "{\"a\": 1}"),
        (Reply::body(&largest), 200, &*largest),
        (Reply::Close(http("202 Accepted", "Connection: close", "收到".as_bytes())), 202, "收到"),
        (Reply::KeepAlive(http("204 No Content", "Server: a", b"")), 204, ""),
        (Reply::KeepAlive(http("302 Found", REDIRECT, b"")), 302, ""),
        (Reply::KeepAlive(http("307 Temporary Redirect", REDIRECT, b"")), 307, ""),
        (Reply::status(410, "gone"), 410, "gone"),
        (Reply::status(502, "<html>"), 502, "<html>"),
    ] {
        let back_end = BackEnd::start(reply).await;
        let answer = relay(&client(), &back_end.endpoint("/")).await;
        assert_eq!(answer, Ok(WebhookResponse { status, body: body.to_owned() }));
        assert_eq!(back_end.requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused() {
    let long = vec![b'a'; 9 * 1024];
    let endless = [b"4400\r\n".as_slice(), &long, b"\r\n"].concat();
    for reply in [
        Reply::body(&long),
        Reply::body(&long[..=8 * 1024]),
        Reply::Hang(http("200 OK", "Transfer-Encoding: chunked", &endless)),
        Reply::status(500, &long),
        Reply::body(b"\xff\xfe"),
        Reply::body(&"微".as_bytes()[..2]),
    ] {
        let back_end = BackEnd::start(reply).await;
        let answer = relay(&client(), &back_end.endpoint("/")).await;
        assert_eq!(answer, Err(WebhookFault::Unreadable));
        assert_eq!(back_end.requests().len(), 1);
    }
}

#[tokio::test]
async fn an_answer_that_is_not_whole_in_time_is_not_waited_for() {
    let hanging = [
        Reply::Hang(Vec::new()),
        Reply::Hang(b"HTTP/1.1 200".to_vec()),
        Reply::Hang(http("200 OK", "Content-Length: 9", b"success")),
        Reply::Hang(http("200 OK", "Transfer-Encoding: chunked", b"7\r\nsuccess\r\n")),
    ];
    join_all(hanging.into_iter().map(async |reply| {
        let back_end = BackEnd::start(reply).await;
        let answer = relay_message(&client(), &back_end.endpoint("/"), MESSAGE, SHORT).await;
        assert_eq!(answer, Err(WebhookFault::TimedOut));
    }))
    .await;
}

#[tokio::test]
async fn a_connection_that_ends_early_is_lost_and_not_made_again() {
    for reply in [
        Reply::Reset,
        Reply::Close(Vec::new()),
        Reply::Close(b"SSH-2.0-x\r\n\r\n".to_vec()),
        Reply::Close(http("200 OK", "Content-Length: 9", b"success")),
        Reply::Close(http("200 OK", "Transfer-Encoding: chunked", b"7\r\nsuccess\r\n")),
    ] {
        let back_end = BackEnd::start(reply.clone()).await;
        let answer = relay(&client(), &back_end.endpoint("/")).await;
        assert_eq!(answer, Err(WebhookFault::ConnectionLost), "{reply:?}");
        assert_eq!(back_end.requests().len(), 1, "{reply:?}");
    }
}

#[tokio::test]
async fn a_host_where_nobody_listens_is_not_connected_to() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for url in [format!("http://{free}"), format!("https://{free}"), "http://no-such-host.invalid".to_owned()]
    {
        assert_eq!(relay(&client(), &endpoint(&url)).await, Err(WebhookFault::NotConnected), "{url}");
    }
}

#[tokio::test]
async fn an_invalid_url_is_not_connected_to() {
    for url in ["http://a.test:99999", "http://1.2.3.4.5", "http://[::1", "http://a%00b"] {
        assert_eq!(relay(&client(), &endpoint(url)).await, Err(WebhookFault::NotConnected), "{url}");
    }
}

#[tokio::test]
async fn a_message_that_is_not_json_is_not_sent() {
    let back_end = BackEnd::start(Reply::body("")).await;
    let answer = relay_message(&client(), &back_end.endpoint("/"), "{", SHORT).await;
    assert_eq!(answer, Err(WebhookFault::NotConnected));
    assert_eq!(back_end.connection_count(), 0);
}
