//! The metrics of exchanges and of the circuit breaker.

use std::collections::BTreeMap;

use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use wechat_adapter::{BreakerConfig, WeChatConfig};

use crate::mock_server::{APP, MockReply, MockServer, RATE_LIMITED, SUCCESS, exchange, gateway};

/// Runs `scenario` on this thread with a recorder of its own, which other tests do not write to.
fn metrics_of(scenario: impl AsyncFnOnce()) -> Snapshotter {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    metrics::with_local_recorder(&recorder, || runtime.block_on(scenario()));
    snapshotter
}

#[derive(Default, Debug)]
struct Recorded {
    by_errcode: BTreeMap<String, u64>,
    timed: usize,
    breaker: Option<f64>,
    paused: BTreeMap<String, u64>,
}

fn recorded(snapshotter: &Snapshotter) -> Recorded {
    let mut recorded = Recorded::default();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let name = key.key().name().to_owned();
        let mut labels: BTreeMap<_, _> =
            key.key().labels().map(|label| (label.key(), label.value().to_owned())).collect();
        let endpoint = labels.remove("endpoint").unwrap();
        if endpoint != "code2session" {
            assert_eq!(
                (name.as_str(), value),
                ("yaoshi_wechat_breaker_state", DebugValue::Gauge(0.0.into()))
            );
            continue;
        }
        match (name.as_str(), value) {
            ("yaoshi_wechat_calls_total", DebugValue::Counter(count)) => {
                recorded.by_errcode.insert(labels.remove("errcode").unwrap(), count);
                assert_eq!(labels.remove("app").as_deref(), Some(APP));
            }
            ("yaoshi_wechat_pauses_total", DebugValue::Counter(count)) => {
                recorded.paused.insert(labels.remove("app").unwrap(), count);
            }
            ("yaoshi_wechat_call_seconds", DebugValue::Histogram(values)) => {
                recorded.timed = values.len();
            }
            ("yaoshi_wechat_breaker_state", DebugValue::Gauge(state)) => recorded.breaker = Some(*state),
            (name, value) => panic!("unexpected metric {name}: {value:?}"),
        }
        assert!(labels.is_empty(), "{name}: {labels:?}");
    }
    recorded
}

#[test]
fn every_call_is_counted_by_its_outcome() {
    let snapshotter = metrics_of(async || {
        let server = MockServer::start([
            MockReply::body(SUCCESS),
            MockReply::errcode(40029),
            MockReply::errcode(123_456),
            MockReply::errcode(-1),
            MockReply::errcode(40163),
            MockReply::status(502, "text/html", ""),
            MockReply::status(418, "text/html", ""),
            MockReply::Reset,
            MockReply::body(""),
        ])
        .await;
        let wechat = server.wechat();
        for _ in 0..6 {
            let _ = exchange(&wechat).await;
        }
        assert_eq!(server.request_count(), 9);
    });
    let recorded = recorded(&snapshotter);
    let expected = ["-1", "0", "40029", "40163", "http_502", "http_other", "malformed", "other", "reset"];
    assert_eq!(recorded.by_errcode, expected.map(|label| (label.to_owned(), 1)).into());
    assert_eq!(recorded.timed, 9);
    assert_eq!(recorded.breaker, Some(0.0));
}

#[test]
fn pauses_are_recorded() {
    let snapshotter = metrics_of(async || {
        let server = MockServer::start([MockReply::errcode(45011)]).await;
        let wechat = server.wechat();
        for _ in 0..3 {
            assert_eq!(exchange(&wechat).await, Err(RATE_LIMITED));
        }
        assert_eq!(server.request_count(), 1);
    });
    let recorded = recorded(&snapshotter);
    assert_eq!(recorded.by_errcode, [("45011".to_owned(), 1), ("paused".to_owned(), 2)].into());
    assert_eq!(recorded.paused, [(APP.to_owned(), 1)].into());
}

#[test]
fn shed_exchanges_and_the_breaker_state_are_recorded() {
    let snapshotter = metrics_of(async || {
        let server = MockServer::start([MockReply::body(""), MockReply::body("")]).await;
        let breaker = BreakerConfig { failures: 1, ..BreakerConfig::default() };
        let wechat = gateway(WeChatConfig { breaker, ..server.config() });
        for _ in 0..3 {
            exchange(&wechat).await.expect_err("it fails or is shed");
        }
    });
    let recorded = recorded(&snapshotter);
    assert_eq!(recorded.by_errcode, [("malformed".to_owned(), 2), ("shed".to_owned(), 2)].into());
    assert_eq!(recorded.timed, 2);
    assert_eq!(recorded.breaker, Some(2.0));
}
