//! What the metrics tell.

use std::collections::BTreeMap;

use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use wechat_adapter::{BreakerConfig, WeChat, WeChatConfig};

use crate::replay::{Reaction, Replay, SUCCESS, exchange};

/// Plays on a thread of its own, whose recorder sees nothing of other tests.
fn metrics_of(play: impl AsyncFnOnce()) -> Snapshotter {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    metrics::with_local_recorder(&recorder, || runtime.block_on(play()));
    snapshotter
}

#[derive(Default, Debug)]
struct Told {
    by_errcode: BTreeMap<String, u64>,
    timed: usize,
    breaker: Option<f64>,
}

fn told(snapshotter: &Snapshotter) -> Told {
    let mut told = Told::default();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let (name, labels): (_, Vec<_>) = (key.key().name().to_owned(), key.key().labels().collect());
        match (name.as_str(), value) {
            ("yaoshi_wechat_exchanges_total", DebugValue::Counter(count)) => {
                assert_eq!(labels.len(), 1);
                assert_eq!(labels[0].key(), "errcode");
                told.by_errcode.insert(labels[0].value().to_owned(), count);
            }
            ("yaoshi_wechat_exchange_seconds", DebugValue::Histogram(values)) => told.timed = values.len(),
            ("yaoshi_wechat_breaker_state", DebugValue::Gauge(state)) => told.breaker = Some(*state),
            (name, value) => panic!("{name} {value:?} is not known"),
        }
    }
    told
}

#[test]
fn every_call_is_counted_by_what_came_back() {
    let snapshotter = metrics_of(async || {
        let replay = Replay::of([
            Reaction::body(SUCCESS),
            Reaction::errcode(40029),
            Reaction::errcode(123_456),
            Reaction::errcode(-1),
            Reaction::errcode(40163),
            Reaction::status(502, "text/html", ""),
            Reaction::status(418, "text/html", ""),
            Reaction::Reset,
            Reaction::body(""),
        ])
        .await;
        let wechat = replay.wechat();
        for _ in 0..6 {
            let _ = exchange(&wechat).await;
        }
        assert_eq!(replay.asked(), 9);
    });
    let told = told(&snapshotter);
    let expected = ["-1", "0", "40029", "40163", "http_502", "http_other", "malformed", "other", "reset"];
    assert_eq!(told.by_errcode, expected.map(|label| (label.to_owned(), 1)).into());
    assert_eq!(told.timed, 9);
    assert_eq!(told.breaker, Some(0.0));
}

#[test]
fn what_was_shed_is_counted_and_the_breaker_shown() {
    let snapshotter = metrics_of(async || {
        let replay = Replay::of([Reaction::body(""), Reaction::body("")]).await;
        let breaker = BreakerConfig { failures: 1, ..BreakerConfig::default() };
        let wechat = WeChat::try_new(WeChatConfig { breaker, ..replay.config() }).unwrap();
        for _ in 0..3 {
            exchange(&wechat).await.expect_err("it fails, then it is shed");
        }
    });
    let told = told(&snapshotter);
    assert_eq!(told.by_errcode, [("malformed".to_owned(), 2), ("shed".to_owned(), 2)].into());
    assert_eq!(told.timed, 2);
    assert_eq!(told.breaker, Some(2.0));
}
