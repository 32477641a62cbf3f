//! What else may happen to a call.

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use futures::FutureExt;
use serde_json::{Value, json};
use tower::ServiceExt;
use wechat_simulator::{Fault, FaultKind, Simulator};

use crate::support::{APP, BOUND_APP, SECRET, code, exchange, exchange_path, get, send, simulator, user};

const ENDPOINT: &str = "/sns/jscode2session";

/// A simulator with this fault, put over HTTP, and a code.
async fn faulty(fault: Value) -> (Simulator, String) {
    let simulator = simulator();
    put(&simulator, json!([on(fault)])).await;
    let code = code(&simulator, user(&simulator));
    (simulator, code)
}

fn on(mut fault: Value) -> Value {
    fault["endpoint"] = json!(ENDPOINT);
    fault
}

async fn put(simulator: &Simulator, faults: Value) {
    let answer = send(simulator, "PUT", "/sim/faults", faults.to_string()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

/// What becomes of the code once the faults are gone.
async fn errcode_afterwards(simulator: &Simulator, code: &str) -> i64 {
    assert_eq!(send(simulator, "DELETE", "/sim/faults", "").await.status, StatusCode::OK);
    exchange(simulator, code).await.errcode()
}

/// Whether the exchange's body breaks off.
async fn breaks_off(simulator: &Simulator, code: &str) -> bool {
    let request = Request::get(exchange_path(APP, SECRET, code)).body(Body::empty()).unwrap();
    let response = simulator.router().oneshot(request).await.unwrap();
    to_bytes(response.into_body(), usize::MAX).await.is_err()
}

#[tokio::test]
async fn errcodes_have_their_usual_text_or_the_one_given() {
    let (simulator, code) = faulty(json!({ "kind": "errcode", "errcode": -1, "count": 1 })).await;
    let answer = exchange(&simulator, &code).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.starts_with(r#"{"errcode":-1,"errmsg":"system error, rid: "#), "{}", answer.body);
    assert_eq!(exchange(&simulator, &code).await.errcode(), 0, "spent after one call");

    let (simulator, code) = faulty(json!({ "kind": "errcode", "errcode": 7, "errmsg": "odd" })).await;
    assert!(exchange(&simulator, &code).await.body.starts_with(r#"{"errcode":7,"errmsg":"odd, rid: "#));
    assert_eq!(exchange(&simulator, &code).await.errcode(), 7, "without a count it stays");
    assert_eq!(errcode_afterwards(&simulator, &code).await, 0);
}

#[tokio::test]
async fn consuming_faults_use_the_code_up() {
    for kind in ["errcode", "status", "truncated", "malformed", "empty", "huge_body"] {
        for (consume, afterwards) in [(false, 0), (true, 40163)] {
            let mut fault = json!({ "kind": kind, "consume": consume });
            match kind {
                "errcode" => fault["errcode"] = json!(-1),
                "status" => fault["status"] = json!(502),
                "huge_body" => fault["bytes"] = json!(1),
                _ => {}
            }
            let (simulator, code) = faulty(fault).await;
            exchange(&simulator, &code).await;
            assert_eq!(errcode_afterwards(&simulator, &code).await, afterwards, "{kind} {consume}");
        }
    }
}

#[tokio::test]
async fn a_status_carries_html() {
    let (simulator, code) = faulty(json!({ "kind": "status", "status": 502 })).await;
    let answer = exchange(&simulator, &code).await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
    assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    assert!(answer.body.starts_with("<html>"));

    let (simulator, code) = faulty(json!({ "kind": "status", "status": 503, "body": "busy" })).await;
    let answer = exchange(&simulator, &code).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "busy"));
}

#[tokio::test]
async fn bodies_that_are_not_json() {
    for (fault, begins) in [
        (json!({ "kind": "truncated" }), "{\"session_key\":\""),
        (json!({ "kind": "truncated", "consume": true }), "{\"session_key\":\""),
        (json!({ "kind": "malformed" }), "session_key="),
        (json!({ "kind": "malformed", "body": "[1," }), "[1,"),
        (json!({ "kind": "empty" }), ""),
    ] {
        let (simulator, code) = faulty(fault.clone()).await;
        let answer = exchange(&simulator, &code).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.headers["content-type"], "text/plain");
        assert!(answer.body.starts_with(begins), "{fault}: {}", answer.body);
        assert!(serde_json::from_str::<Value>(&answer.body).is_err(), "{fault}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_field_goes_missing() {
    let (simulator, code) = faulty(json!({ "kind": "missing_field", "field": "session_key" })).await;
    let answer = exchange(&simulator, &code).await.json();
    assert_eq!(answer.get("session_key"), None);
    assert!(answer["openid"].is_string());
    assert_eq!(errcode_afterwards(&simulator, &code).await, 40163);
}

#[tokio::test]
async fn a_huge_body_has_the_size_asked_for_at_least() {
    let (simulator, code) = faulty(json!({ "kind": "huge_body", "bytes": 1_000_000 })).await;
    let answer = exchange(&simulator, &code).await;
    assert!((1_000_000..1_100_000).contains(&answer.body.len()));
    assert!(!answer.headers.contains_key("content-length"));
}

#[tokio::test]
async fn slow_bytes_are_all_there() {
    let (simulator, code) = faulty(json!({ "kind": "slow_bytes", "milliseconds": 0 })).await;
    let answer = exchange(&simulator, &code).await;
    assert_eq!(answer.headers["content-length"], answer.body.len().to_string());
    assert!(answer.json()["session_key"].is_string());

    let (simulator, code) = faulty(json!({ "kind": "slow_bytes", "milliseconds": 60_000 })).await;
    assert!(exchange(&simulator, &code).now_or_never().is_none(), "the first byte is not there at once");
}

#[tokio::test]
async fn latency_delays_and_changes_nothing() {
    let (simulator, code) = faulty(json!({ "kind": "latency", "milliseconds": 60_000 })).await;
    assert!(exchange(&simulator, &code).now_or_never().is_none());
    put(&simulator, json!([on(json!({ "kind": "latency", "milliseconds": 1 }))])).await;
    assert!(exchange(&simulator, &code).await.json()["session_key"].is_string());
}

#[tokio::test]
async fn timeouts_hang_before_or_after_the_code_is_used() {
    for (kind, afterwards) in [("timeout_before", 0), ("timeout_after", 40163)] {
        let (simulator, code) = faulty(json!({ "kind": kind })).await;
        assert!(exchange(&simulator, &code).now_or_never().is_none(), "{kind} hangs");
        assert_eq!(errcode_afterwards(&simulator, &code).await, afterwards, "{kind}");

        let (simulator, code) = faulty(json!({ "kind": kind, "milliseconds": 0 })).await;
        assert!(breaks_off(&simulator, &code).await, "{kind} ends in a reset");
        assert_eq!(errcode_afterwards(&simulator, &code).await, afterwards, "{kind}");
    }
}

#[tokio::test]
async fn a_reset_breaks_off_before_or_after_the_code_is_used() {
    for (consume, afterwards) in [(false, 0), (true, 40163)] {
        let (simulator, code) = faulty(json!({ "kind": "reset", "consume": consume })).await;
        assert!(breaks_off(&simulator, &code).await);
        assert_eq!(errcode_afterwards(&simulator, &code).await, afterwards);
    }
}

#[tokio::test]
async fn a_fault_may_be_for_one_app() {
    let (simulator, code) = faulty(json!({ "kind": "errcode", "errcode": -1, "app_id": BOUND_APP })).await;
    assert_eq!(get(&simulator, &exchange_path(BOUND_APP, SECRET, &code)).await.errcode(), -1);
    assert_eq!(exchange(&simulator, &code).await.errcode(), 0);
}

#[tokio::test]
async fn faults_are_met_in_their_order_and_counted() {
    let simulator = simulator();
    simulator.set_faults(vec![
        Fault::on(ENDPOINT, FaultKind::Errcode { errcode: 1, errmsg: None }).times(1),
        Fault::on(ENDPOINT, FaultKind::Errcode { errcode: 2, errmsg: None }).times(2).consuming(),
    ]);
    let code = code(&simulator, user(&simulator));
    let mut errcodes = Vec::new();
    for _ in 0..4 {
        errcodes.push(exchange(&simulator, &code).await.errcode());
    }
    assert_eq!(errcodes, [1, 2, 2, 40163]);
}

#[tokio::test]
async fn a_rate_is_met_by_its_share_of_calls() {
    let simulator = simulator();
    for (rate, range) in [(0.0, 0..=0), (0.5, 50..=150), (1.0, 200..=200)] {
        put(&simulator, json!([on(json!({ "kind": "errcode", "errcode": -1, "rate": rate }))])).await;
        let mut met = 0;
        for _ in 0..200 {
            met += u32::from(exchange(&simulator, "x").await.errcode() == -1);
        }
        assert!(range.contains(&met), "{met} of 200 at rate {rate}");
    }
}

#[tokio::test]
async fn wrong_faults_are_refused_by_the_name_of_the_field() {
    let simulator = simulator();
    let table = [
        (json!({}), "body"),
        (json!([1]), "[0]"),
        (json!([{ "kind": "reset" }]), "[0].endpoint"),
        (json!([{ "endpoint": "/nowhere", "kind": "reset" }]), "[0].endpoint"),
        (json!([on(json!({}))]), "[0].kind"),
        (json!([on(json!({ "kind": "earthquake" }))]), "[0].kind"),
        (json!([on(json!({ "kind": "reset" })), on(json!({ "kind": 5 }))]), "[1].kind"),
        (json!([on(json!({ "kind": "errcode" }))]), "[0].errcode"),
        (json!([on(json!({ "kind": "errcode", "errcode": "no" }))]), "[0].errcode"),
        (json!([on(json!({ "kind": "latency" }))]), "[0].milliseconds"),
        (json!([on(json!({ "kind": "latency", "milliseconds": 60_001 }))]), "[0].milliseconds"),
        (json!([on(json!({ "kind": "status" }))]), "[0].status"),
        (json!([on(json!({ "kind": "status", "status": 101 }))]), "[0].status"),
        (json!([on(json!({ "kind": "missing_field" }))]), "[0].field"),
        (json!([on(json!({ "kind": "reset", "count": -1 }))]), "[0].count"),
        (json!([on(json!({ "kind": "reset", "rate": 1.5 }))]), "[0].rate"),
        (json!([on(json!({ "kind": "reset", "consume": 1 }))]), "[0].consume"),
        (json!([on(json!({ "kind": "latency", "milliseconds": 1, "consume": true }))]), "[0].consume"),
        (json!([on(json!({ "kind": "reset", "errcode": 1 }))]), "[0].errcode"),
    ];
    for (faults, field) in table {
        let answer = send(&simulator, "PUT", "/sim/faults", faults.to_string()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{faults}");
        assert_eq!(answer.refused_field(), field, "{faults}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_refused_list_leaves_the_faults_as_they_were() {
    let (simulator, code) = faulty(json!({ "kind": "errcode", "errcode": -1 })).await;
    let answer = send(&simulator, "PUT", "/sim/faults", r#"[{"kind":"reset"}]"#).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(exchange(&simulator, &code).await.errcode(), -1);
}
