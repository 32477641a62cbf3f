//! Faults.

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

/// A simulator with this fault, set over HTTP, and a code.
async fn with_fault(fault: Value) -> (Simulator, String) {
    let simulator = simulator();
    set_faults(&simulator, json!([on(fault)])).await;
    let code = code(&simulator, user(&simulator));
    (simulator, code)
}

fn on(mut fault: Value) -> Value {
    fault["endpoint"] = json!(ENDPOINT);
    fault
}

async fn set_faults(simulator: &Simulator, faults: Value) {
    let response = send(simulator, "PUT", "/sim/faults", faults.to_string()).await;
    assert_eq!(response.status, StatusCode::OK, "{}", response.body);
}

/// Removes the faults and returns the errcode of exchanging the code.
async fn errcode_without_faults(simulator: &Simulator, code: &str) -> i64 {
    assert_eq!(send(simulator, "DELETE", "/sim/faults", "").await.status, StatusCode::OK);
    exchange(simulator, code).await.errcode()
}

/// Whether the body of the exchange's response is incomplete.
async fn is_incomplete(simulator: &Simulator, code: &str) -> bool {
    let request = Request::get(exchange_path(APP, SECRET, code)).body(Body::empty()).unwrap();
    let response = simulator.router().oneshot(request).await.unwrap();
    to_bytes(response.into_body(), usize::MAX).await.is_err()
}

#[tokio::test]
async fn errcodes_have_wechats_errmsg_or_the_given_one() {
    let (simulator, code) = with_fault(json!({ "kind": "errcode", "errcode": -1, "count": 1 })).await;
    let response = exchange(&simulator, &code).await;
    assert_eq!(response.status, StatusCode::OK);
    assert!(response.body.starts_with(r#"{"errcode":-1,"errmsg":"system error, rid: "#), "{}", response.body);
    assert_eq!(exchange(&simulator, &code).await.errcode(), 0, "the count is 1");

    let (simulator, code) = with_fault(json!({ "kind": "errcode", "errcode": 7, "errmsg": "odd" })).await;
    assert!(exchange(&simulator, &code).await.body.starts_with(r#"{"errcode":7,"errmsg":"odd, rid: "#));
    assert_eq!(exchange(&simulator, &code).await.errcode(), 7, "without a count it applies to all calls");
    assert_eq!(errcode_without_faults(&simulator, &code).await, 0);
}

#[tokio::test]
async fn consuming_faults_use_the_code() {
    for kind in ["errcode", "status", "truncated", "malformed", "empty", "huge_body"] {
        for (consume, afterwards) in [(false, 0), (true, 40163)] {
            let mut fault = json!({ "kind": kind, "consume": consume });
            match kind {
                "errcode" => fault["errcode"] = json!(-1),
                "status" => fault["status"] = json!(502),
                "huge_body" => fault["bytes"] = json!(1),
                _ => {}
            }
            let (simulator, code) = with_fault(fault).await;
            exchange(&simulator, &code).await;
            assert_eq!(errcode_without_faults(&simulator, &code).await, afterwards, "{kind} {consume}");
        }
    }
}

#[tokio::test]
async fn a_status_has_an_html_body() {
    let (simulator, code) = with_fault(json!({ "kind": "status", "status": 502 })).await;
    let response = exchange(&simulator, &code).await;
    assert_eq!(response.status, StatusCode::BAD_GATEWAY);
    assert!(response.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    assert!(response.body.starts_with("<html>"));

    let (simulator, code) = with_fault(json!({ "kind": "status", "status": 503, "body": "busy" })).await;
    let response = exchange(&simulator, &code).await;
    assert_eq!((response.status, response.body.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "busy"));
}

#[tokio::test]
async fn malformed_bodies_are_not_json() {
    for (fault, begins) in [
        (json!({ "kind": "truncated" }), "{\"session_key\":\""),
        (json!({ "kind": "truncated", "consume": true }), "{\"session_key\":\""),
        (json!({ "kind": "malformed" }), "session_key="),
        (json!({ "kind": "malformed", "body": "[1," }), "[1,"),
        (json!({ "kind": "empty" }), ""),
    ] {
        let (simulator, code) = with_fault(fault.clone()).await;
        let response = exchange(&simulator, &code).await;
        assert_eq!(response.status, StatusCode::OK);
        assert_eq!(response.headers["content-type"], "text/plain");
        assert!(response.body.starts_with(begins), "{fault}: {}", response.body);
        assert!(serde_json::from_str::<Value>(&response.body).is_err(), "{fault}: {}", response.body);
    }
}

#[tokio::test]
async fn a_field_is_removed() {
    let (simulator, code) = with_fault(json!({ "kind": "missing_field", "field": "session_key" })).await;
    let response = exchange(&simulator, &code).await.json();
    assert_eq!(response.get("session_key"), None);
    assert!(response["openid"].is_string());
    assert_eq!(errcode_without_faults(&simulator, &code).await, 40163);
}

#[tokio::test]
async fn a_huge_body_has_at_least_the_given_size() {
    let (simulator, code) = with_fault(json!({ "kind": "huge_body", "bytes": 1_000_000 })).await;
    let response = exchange(&simulator, &code).await;
    assert!((1_000_000..1_100_000).contains(&response.body.len()));
    assert!(!response.headers.contains_key("content-length"));
}

#[tokio::test]
async fn slow_bytes_are_complete() {
    let (simulator, code) = with_fault(json!({ "kind": "slow_bytes", "milliseconds": 0 })).await;
    let response = exchange(&simulator, &code).await;
    assert_eq!(response.headers["content-length"], response.body.len().to_string());
    assert!(response.json()["session_key"].is_string());

    let (simulator, code) = with_fault(json!({ "kind": "slow_bytes", "milliseconds": 60_000 })).await;
    assert!(exchange(&simulator, &code).now_or_never().is_none(), "the first byte is delayed");
}

#[tokio::test]
async fn latency_only_delays_the_reply() {
    let (simulator, code) = with_fault(json!({ "kind": "latency", "milliseconds": 60_000 })).await;
    assert!(exchange(&simulator, &code).now_or_never().is_none());
    set_faults(&simulator, json!([on(json!({ "kind": "latency", "milliseconds": 1 }))])).await;
    assert!(exchange(&simulator, &code).await.json()["session_key"].is_string());
}

#[tokio::test]
async fn timeouts_happen_before_or_after_the_code_is_used() {
    for (kind, afterwards) in [("timeout_before", 0), ("timeout_after", 40163)] {
        let (simulator, code) = with_fault(json!({ "kind": kind })).await;
        assert!(exchange(&simulator, &code).now_or_never().is_none(), "{kind} hangs");
        assert_eq!(errcode_without_faults(&simulator, &code).await, afterwards, "{kind}");

        let (simulator, code) = with_fault(json!({ "kind": kind, "milliseconds": 0 })).await;
        assert!(is_incomplete(&simulator, &code).await, "{kind} ends in a reset");
        assert_eq!(errcode_without_faults(&simulator, &code).await, afterwards, "{kind}");
    }
}

#[tokio::test]
async fn a_reset_happens_before_or_after_the_code_is_used() {
    for (consume, afterwards) in [(false, 0), (true, 40163)] {
        let (simulator, code) = with_fault(json!({ "kind": "reset", "consume": consume })).await;
        assert!(is_incomplete(&simulator, &code).await);
        assert_eq!(errcode_without_faults(&simulator, &code).await, afterwards);
    }
}

#[tokio::test]
async fn a_fault_can_be_limited_to_one_app() {
    let (simulator, code) =
        with_fault(json!({ "kind": "errcode", "errcode": -1, "app_id": BOUND_APP })).await;
    assert_eq!(get(&simulator, &exchange_path(BOUND_APP, SECRET, &code)).await.errcode(), -1);
    assert_eq!(exchange(&simulator, &code).await.errcode(), 0);
}

#[tokio::test]
async fn faults_apply_in_order_and_as_often_as_their_count() {
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
async fn a_rate_is_the_share_of_affected_calls() {
    let simulator = simulator();
    for (rate, range) in [(0.0, 0..=0), (0.5, 50..=150), (1.0, 200..=200)] {
        set_faults(&simulator, json!([on(json!({ "kind": "errcode", "errcode": -1, "rate": rate }))])).await;
        let mut affected = 0;
        for _ in 0..200 {
            affected += u32::from(exchange(&simulator, "x").await.errcode() == -1);
        }
        assert!(range.contains(&affected), "{affected} of 200 at rate {rate}");
    }
}

#[tokio::test]
async fn an_invalid_fault_is_rejected_with_the_name_of_the_field() {
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
        let response = send(&simulator, "PUT", "/sim/faults", faults.to_string()).await;
        assert_eq!(response.status, StatusCode::BAD_REQUEST, "{faults}");
        assert_eq!(response.error_field(), field, "{faults}: {}", response.body);
    }
}

#[tokio::test]
async fn a_rejected_list_does_not_change_the_faults() {
    let (simulator, code) = with_fault(json!({ "kind": "errcode", "errcode": -1 })).await;
    let response = send(&simulator, "PUT", "/sim/faults", r#"[{"kind":"reset"}]"#).await;
    assert_eq!(response.status, StatusCode::BAD_REQUEST);
    assert_eq!(exchange(&simulator, &code).await.errcode(), -1);
}
