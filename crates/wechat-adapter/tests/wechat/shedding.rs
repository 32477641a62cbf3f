//! A WeChat that is slow or down does not take its callers with it.

use std::{sync::Arc, time::Duration};

use domain::login::{ExchangeError, Trouble};
use tokio::{task::JoinSet, time::Instant};
use wechat_adapter::{BreakerConfig, WeChat, WeChatConfig};

use crate::replay::{Reaction, Replay, SUCCESS, exchange};

const SHED: ExchangeError = ExchangeError::Unavailable(Trouble::Shed);

fn fragile(replay: &Replay, failures: u32) -> WeChat {
    let breaker = BreakerConfig { failures, ..BreakerConfig::default() };
    WeChat::try_new(WeChatConfig { breaker, ..replay.config() }).expect("it is valid")
}

#[tokio::test]
async fn exchanges_that_fail_in_a_row_open_the_breaker() {
    let replay = Replay::of(vec![Reaction::status(502, "text/html", ""); 6]).await;
    let wechat = fragile(&replay, 3);
    for _ in 0..3 {
        assert_eq!(exchange(&wechat).await, Err(ExchangeError::Unavailable(Trouble::HttpStatus)));
    }
    for _ in 0..50 {
        assert_eq!(exchange(&wechat).await, Err(SHED));
    }
    assert_eq!(replay.asked(), 6);
}

#[tokio::test]
async fn after_the_pause_a_probe_that_succeeds_closes_it() {
    let down = vec![Reaction::status(503, "text/html", ""); 2];
    let replay = Replay::of([down, vec![Reaction::body(SUCCESS); 2]].concat()).await;
    let breaker = BreakerConfig { failures: 1, pause: Duration::ZERO, ..BreakerConfig::default() };
    let wechat = WeChat::try_new(WeChatConfig { breaker, ..replay.config() }).unwrap();
    exchange(&wechat).await.expect_err("it fails twice");
    exchange(&wechat).await.expect("the probe succeeds");
    exchange(&wechat).await.expect("all is well again");
}

#[tokio::test]
async fn answers_that_are_about_the_code_open_nothing() {
    let answers = [40029, 40163, 40226, 45011, 40125, 40164, 99_999];
    let replay = Replay::of(answers.map(Reaction::errcode)).await;
    let wechat = fragile(&replay, 1);
    for _ in answers {
        assert_ne!(exchange(&wechat).await, Err(SHED));
    }
    replay.add([Reaction::errcode(-1), Reaction::errcode(40163), Reaction::body(SUCCESS)]);
    assert_eq!(exchange(&wechat).await, Err(ExchangeError::AnswerLost));
    exchange(&wechat).await.expect("the breaker is closed");
}

#[tokio::test]
async fn while_wechat_is_silent_only_so_many_calls_wait_for_it() {
    let replay = Replay::of(vec![Reaction::Silence; 8]).await;
    let config = WeChatConfig {
        max_in_flight: 4,
        max_wait: Duration::from_millis(20),
        total_timeout: Duration::from_secs(1),
        ..replay.config()
    };
    let wechat = Arc::new(WeChat::try_new(config).unwrap());
    let start = Instant::now();
    let mut exchanges = JoinSet::new();
    for _ in 0..32 {
        let wechat = wechat.clone();
        exchanges.spawn(async move { exchange(&wechat).await });
    }
    let results = exchanges.join_all().await;
    assert_eq!(results.iter().filter(|result| **result == Err(SHED)).count(), 28);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}
