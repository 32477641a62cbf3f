//! The metrics of exchanges and of the circuit breaker.

use std::collections::BTreeMap;

use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use wechat_adapter::{BreakerConfig, WeChat, WeChatConfig};

use crate::mock_server::{MockReply, MockServer, SUCCESS, exchange};

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
}

fn recorded(snapshotter: &Snapshotter) -> Recorded {
    let mut recorded = Recorded::default();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let (name, labels): (_, Vec<_>) = (key.key().name().to_owned(), key.key().labels().collect());
        match (name.as_str(), value) {
            ("yaoshi_wechat_exchanges_total", DebugValue::Counter(count)) => {
                assert_eq!(labels.len(), 1);
                assert_eq!(labels[0].key(), "errcode");
                recorded.by_errcode.insert(labels[0].value().to_owned(), count);
            }
            ("yaoshi_wechat_exchange_seconds", DebugValue::Histogram(values)) => {
                recorded.timed = values.len();
            }
            ("yaoshi_wechat_breaker_state", DebugValue::Gauge(state)) => recorded.breaker = Some(*state),
            (name, value) => panic!("unexpected metric {name}: {value:?}"),
        }
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
fn shed_exchanges_and_the_breaker_state_are_recorded() {
    let snapshotter = metrics_of(async || {
        let server = MockServer::start([MockReply::body(""), MockReply::body("")]).await;
        let breaker = BreakerConfig { failures: 1, ..BreakerConfig::default() };
        let wechat = WeChat::try_new(WeChatConfig { breaker, ..server.config() }).unwrap();
        for _ in 0..3 {
            exchange(&wechat).await.expect_err("it fails or is shed");
        }
    });
    let recorded = recorded(&snapshotter);
    assert_eq!(recorded.by_errcode, [("malformed".to_owned(), 2), ("shed".to_owned(), 2)].into());
    assert_eq!(recorded.timed, 2);
    assert_eq!(recorded.breaker, Some(2.0));
}
