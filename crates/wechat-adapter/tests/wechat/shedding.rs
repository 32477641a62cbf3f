//! Exchanges are shed while WeChat is slow or down.

use std::{sync::Arc, time::Duration};

use domain::{
    login::ExchangeError,
    wechat::{CallError, Trouble},
};
use tokio::{task::JoinSet, time::timeout};
use wechat_adapter::{BreakerConfig, WeChat, WeChatConfig};

use crate::mock_server::{MockReply, MockServer, SUCCESS, exchange, gateway};

const SHED: ExchangeError = ExchangeError::Call(CallError::Unavailable(Trouble::Shed));

fn with_breaker_threshold(server: &MockServer, failures: u32) -> WeChat {
    let breaker = BreakerConfig { failures, ..BreakerConfig::default() };
    gateway(WeChatConfig { breaker, ..server.config() })
}

#[tokio::test]
async fn consecutive_failures_open_the_breaker() {
    let server = MockServer::start(vec![MockReply::status(502, "text/html", ""); 6]).await;
    let wechat = with_breaker_threshold(&server, 3);
    for _ in 0..3 {
        assert_eq!(exchange(&wechat).await, Err(CallError::Unavailable(Trouble::HttpStatus).into()));
    }
    for _ in 0..50 {
        assert_eq!(exchange(&wechat).await, Err(SHED));
    }
    assert_eq!(server.request_count(), 6);
}

#[tokio::test]
async fn a_successful_probe_closes_the_breaker() {
    let down = vec![MockReply::status(503, "text/html", ""); 2];
    let server = MockServer::start([down, vec![MockReply::body(SUCCESS); 2]].concat()).await;
    let breaker = BreakerConfig { failures: 1, pause: Duration::ZERO, ..BreakerConfig::default() };
    let wechat = gateway(WeChatConfig { breaker, ..server.config() });
    exchange(&wechat).await.expect_err("it fails twice");
    exchange(&wechat).await.expect("it is the probe");
    exchange(&wechat).await.expect("the breaker is closed");
}

#[tokio::test]
async fn errcodes_about_the_code_or_the_app_do_not_open_the_breaker() {
    let errcodes = [40029, 40163, 40226, 41_008, 99_999];
    let server = MockServer::start(errcodes.map(MockReply::errcode)).await;
    let wechat = with_breaker_threshold(&server, 1);
    for _ in errcodes {
        assert_ne!(exchange(&wechat).await, Err(SHED));
    }
    server.add([MockReply::errcode(-1), MockReply::errcode(40163), MockReply::body(SUCCESS)]);
    assert_eq!(exchange(&wechat).await, Err(ExchangeError::AnswerLost));
    exchange(&wechat).await.expect("the breaker is closed");
}

#[tokio::test]
async fn exchanges_above_the_limit_are_shed_while_wechat_hangs() {
    let server = MockServer::start(vec![MockReply::Hang; 8]).await;
    let config = WeChatConfig {
        max_in_flight: 4,
        max_wait: Duration::from_millis(20),
        total_timeout: Duration::from_secs(1),
        ..server.config()
    };
    let wechat = Arc::new(gateway(config));
    let mut exchanges = JoinSet::new();
    for _ in 0..32 {
        let wechat = wechat.clone();
        exchanges.spawn(async move { exchange(&wechat).await });
    }
    let results = timeout(Duration::from_secs(2), exchanges.join_all()).await.expect("no exchange hangs");
    assert_eq!(results.iter().filter(|result| **result == Err(SHED)).count(), 28);
}
