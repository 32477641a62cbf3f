//! Retries and unusual deliveries.

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;
use serde_json::{Value, json};
use wechat_simulator::{
    App, Push, PushAddress, PushAnswer, PushFormat, PushMode, PushState, Simulator, SimulatorConfig,
};

use super::{
    ADDRESS, REFUND_QUERY, TOKEN, demo, plain, push,
    receiver::{Answer, Receiver},
    set_address,
};
use crate::support::{APP, SECRET, START_MS, log_in, send, simulator};

const FAILURE: Answer = Answer::Status(StatusCode::INTERNAL_SERVER_ERROR);

fn delivered(text: &str, delivery: Value) -> Value {
    let mut message = demo(text);
    message["delivery"] = delivery;
    message
}

/// A simulator that pushes to the receiver, and waits no longer than `limit` for its answers.
fn simulator_that_waits(receiver: &Receiver, limit: Duration) -> Simulator {
    let address = PushAddress::try_new(&receiver.url, TOKEN, PushMode::Plain, PushFormat::Json).unwrap();
    Simulator::new(SimulatorConfig {
        apps: vec![App::new(APP, SECRET).with_push(address)],
        push_timeout: limit,
        clock: Some(Arc::new(|| START_MS)),
        ..SimulatorConfig::default()
    })
}

/// The push once it is no longer pending.
async fn finished(simulator: &Simulator) -> Push {
    loop {
        let push = simulator.pushes().remove(0);
        if push.state != PushState::Pending {
            return push;
        }
        tokio::task::yield_now().await;
    }
}

/// Waits until so many attempts of the push are on record, and it waits for the next one.
async fn attempted(simulator: &Simulator, attempts: usize) {
    while simulator.pushes()[0].attempts.len() < attempts {
        tokio::task::yield_now().await;
    }
}

/// Advances the clock to the second before `seconds` have passed, then to the end. What is sent at the wrong
/// time is on record with that time.
async fn advance(simulator: &Simulator, seconds: u32) {
    simulator.advance(seconds - 1);
    tokio::task::yield_now().await;
    simulator.advance(1);
}

/// The seconds from the first attempt to each.
fn waits(push: &Push) -> Vec<i64> {
    push.attempts.iter().map(|attempt| (attempt.at - push.at) / 1000).collect()
}

#[tokio::test]
async fn a_usual_event_is_sent_again_three_times() {
    let simulator = simulator();
    let mut receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    receiver.will_answer([FAILURE, FAILURE, FAILURE, FAILURE]);
    let pushed = push(&simulator, demo("hello")).await;
    assert_eq!((&pushed["state"], pushed["attempts"].as_array().unwrap().len()), (&json!("pending"), 1));
    assert_eq!(pushed["attempts"][0]["response"], json!({ "status": 500, "body": "" }));
    let first = receiver.arrived();
    for attempts in 1..=3 {
        attempted(&simulator, attempts).await;
        advance(&simulator, 5).await;
        let again = receiver.next().await;
        assert!(again.has_right_signature());
        assert_eq!(again.body, first.body);
        assert_ne!(again.query, first.query);
    }
    let push = finished(&simulator).await;
    assert_eq!((push.state, waits(&push)), (PushState::GivenUp, vec![0, 5, 10, 15]));
}

#[tokio::test]
async fn a_usual_event_is_accepted_with_any_answer() {
    let simulator = simulator();
    let receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    for answer in ["", "success", "fail", r#"{"ErrCode":1}"#] {
        receiver.will_answer([Answer::Body(answer)]);
        assert_eq!(push(&simulator, demo("hello")).await["state"], "accepted", "{answer}");
    }
}

#[tokio::test]
async fn a_payment_is_sent_until_the_goods_are_delivered() {
    let simulator = simulator();
    let mut receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    receiver.will_answer((0..16).map(|_| Answer::Body("fail")));
    push(&simulator, json!({ "event": "xpay_refund_notify" })).await;
    receiver.arrived();
    let mut expected = vec![0];
    for attempts in 1..=15 {
        attempted(&simulator, attempts).await;
        let wait = 1 << attempts;
        advance(&simulator, wait).await;
        receiver.next().await;
        expected.push(expected.last().unwrap() + i64::from(wait));
    }
    let push = finished(&simulator).await;
    assert_eq!((push.state, waits(&push)), (PushState::GivenUp, expected));
}

#[tokio::test]
async fn only_a_confirmation_accepts_a_payment() {
    let simulator = simulator();
    let receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    for (answer, state) in [
        (Answer::Body("success"), "accepted"),
        (Answer::Body(r#"{"ErrCode":0,"ErrMsg":"success"}"#), "accepted"),
        (Answer::Body("<xml><ErrCode>0</ErrCode><ErrMsg><![CDATA[success]]></ErrMsg></xml>"), "accepted"),
        (Answer::Body("<xml><ErrCode><![CDATA[0]]></ErrCode></xml>"), "accepted"),
        (Answer::Body(""), "pending"),
        (Answer::Body("\"success\""), "pending"),
        (Answer::Body(r#"{"ErrCode":1,"ErrMsg":"success"}"#), "pending"),
        (Answer::Body("<xml><ErrCode>1</ErrCode></xml>"), "pending"),
        (FAILURE, "pending"),
    ] {
        receiver.will_answer([answer]);
        let pushed = push(&simulator, json!({ "event": "xpay_refund_notify" })).await;
        assert_eq!(pushed["state"], state, "{}", pushed["attempts"][0]);
    }
}

#[tokio::test]
async fn a_refund_query_is_asked_three_times() {
    let simulator = simulator();
    let user = log_in(&simulator).await.user.to_string();
    let mut receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    receiver.will_answer((0..3).map(|_| FAILURE));
    push(&simulator, json!({ "event": REFUND_QUERY, "user_id": user })).await;
    receiver.arrived();
    for attempts in 1..=2 {
        attempted(&simulator, attempts).await;
        advance(&simulator, 5).await;
        receiver.next().await;
    }
    let push = finished(&simulator).await;
    assert_eq!((push.state, waits(&push)), (PushState::GivenUp, vec![0, 5, 10]));
}

#[tokio::test]
async fn any_text_with_a_status_of_success_answers_a_refund_query() {
    let simulator = simulator();
    let user = log_in(&simulator).await.user.to_string();
    let receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    for (answer, state) in [
        (Answer::Body("success"), "accepted"),
        (Answer::Body(r#"{"ErrCode":1}"#), "accepted"),
        (Answer::Body("later"), "accepted"),
        (Answer::Response(StatusCode::CREATED, "{}"), "accepted"),
        (Answer::Body(""), "pending"),
        (Answer::Status(StatusCode::NO_CONTENT), "pending"),
        (Answer::Response(StatusCode::FOUND, "success"), "pending"),
        (Answer::Response(StatusCode::SERVICE_UNAVAILABLE, "success"), "pending"),
    ] {
        receiver.will_answer([answer]);
        let pushed = push(&simulator, json!({ "event": REFUND_QUERY, "user_id": user })).await;
        assert_eq!(pushed["state"], state, "{}", pushed["attempts"][0]);
    }
}

#[tokio::test]
async fn a_refund_query_has_a_shorter_time_limit() {
    for (limit, query, other) in [
        (Duration::from_millis(3100), "no response within 3s", "no response within 3.1s"),
        (Duration::from_millis(50), "no response within 50ms", "no response within 50ms"),
    ] {
        let receiver = Receiver::start().await;
        let simulator = simulator_that_waits(&receiver, limit);
        let user = log_in(&simulator).await.user.to_string();
        receiver.will_answer([Answer::None, Answer::None]);
        let (asked, told) = tokio::join!(
            push(&simulator, json!({ "event": REFUND_QUERY, "user_id": user })),
            push(&simulator, json!({ "event": "xpay_refund_notify" })),
        );
        assert_eq!(
            (&asked["attempts"][0]["error"], &told["attempts"][0]["error"]),
            (&json!(query), &json!(other))
        );
    }
}

#[tokio::test]
async fn a_push_tells_when_it_is_sent_next() {
    let simulator = simulator();
    let receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    receiver.will_answer([FAILURE, FAILURE]);
    for (message, next_after) in [
        (demo("refused"), Some(5)),
        (json!({ "event": "xpay_refund_notify" }), Some(2)),
        (demo("accepted"), None),
        (delivered("late", json!({ "delay_seconds": 60 })), Some(60)),
        (delivered("held", json!({ "after_next": true })), None),
    ] {
        let pushed = push(&simulator, message.clone()).await;
        let next_at = next_after.map(|seconds| START_MS + seconds * 1000);
        assert_eq!(pushed["next_at"], json!(next_at), "{message}");
    }
}

#[tokio::test]
async fn an_advance_over_several_waits_sends_all_that_is_due() {
    let simulator = simulator();
    let mut receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    receiver.will_answer([FAILURE, FAILURE]);
    push(&simulator, demo("hello")).await;
    simulator.advance(3600);
    for _ in 0..3 {
        receiver.next().await;
    }
    let push = finished(&simulator).await;
    assert_eq!((push.state, waits(&push)), (PushState::Accepted, vec![0, 3600, 3600]));
}

#[tokio::test]
async fn a_server_that_does_not_answer_in_time_gets_the_message_again() {
    let receiver = Receiver::start().await;
    let simulator = simulator_that_waits(&receiver, Duration::from_millis(50));
    receiver.will_answer([Answer::None]);
    let pushed = push(&simulator, demo("hello")).await;
    assert_eq!(
        (&pushed["state"], &pushed["attempts"][0]["error"]),
        (&json!("pending"), &json!("no response within 50ms"))
    );
    simulator.advance(5);
    attempted(&simulator, 2).await;
}

#[tokio::test]
async fn a_duplicate_is_sent_twice() {
    let simulator = simulator();
    let mut receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    let pushed = push(&simulator, delivered("twice", json!({ "duplicate": true }))).await;
    assert_eq!((&pushed["state"], pushed["attempts"].as_array().unwrap().len()), (&json!("accepted"), 2));
    let [first, second] = [receiver.arrived(), receiver.arrived()];
    assert_eq!(first.body, second.body);
    assert!(second.has_right_signature());
}

#[tokio::test]
async fn a_delayed_message_waits_for_the_clock() {
    let simulator = simulator();
    let mut receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    let pushed = push(&simulator, delivered("late", json!({ "delay_seconds": 60 }))).await;
    assert_eq!((&pushed["state"], &pushed["attempts"]), (&json!("pending"), &json!([])));
    simulator.advance(59);
    push(&simulator, demo("early")).await;
    assert_eq!(receiver.arrived().json()["debug_str"], "early");
    simulator.advance(1);
    let late = receiver.next().await;
    assert_eq!(late.json()["CreateTime"], START_MS / 1000);
    assert_eq!(late.parameter("timestamp"), (START_MS / 1000 + 60).to_string());
}

#[tokio::test]
async fn a_message_can_be_held_back_until_another_was_sent() {
    let simulator = simulator();
    let mut receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    for text in ["second", "third"] {
        push(&simulator, delivered(text, json!({ "after_next": true }))).await;
    }
    simulator.advance(3600);
    push(&simulator, demo("first")).await;
    let mut order = Vec::new();
    for _ in 0..3 {
        order.push(receiver.next().await.json()["debug_str"].as_str().unwrap().to_owned());
    }
    assert_eq!(order.remove(0), "first");
    order.sort_unstable();
    assert_eq!(order, ["second", "third"]);
}

#[tokio::test]
async fn an_earlier_message_does_not_release_one_that_is_held_back() {
    let simulator = simulator();
    let mut receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    push(&simulator, delivered("earlier", json!({ "delay_seconds": 1 }))).await;
    push(&simulator, delivered("held", json!({ "after_next": true }))).await;
    simulator.advance(1);
    attempted(&simulator, 1).await;
    push(&simulator, demo("next")).await;
    for text in ["earlier", "next", "held"] {
        assert_eq!(receiver.next().await.json()["debug_str"], text);
    }
}

#[tokio::test]
async fn a_cleared_list_sends_nothing_more() {
    let simulator = simulator();
    let mut receiver = Receiver::start().await;
    set_address(&simulator, &plain(&receiver.url)).await;
    receiver.will_answer([FAILURE]);
    push(&simulator, demo("retried")).await;
    receiver.arrived();
    push(&simulator, delivered("late", json!({ "delay_seconds": 1 }))).await;
    push(&simulator, delivered("held", json!({ "after_next": true }))).await;
    simulator.clear_pushes();
    simulator.advance(60);
    push(&simulator, demo("new")).await;
    assert_eq!(receiver.arrived().json()["debug_str"], "new");
    assert!(receiver.has_none());
}

#[tokio::test]
async fn retries_go_to_the_address_that_is_set_then() {
    let simulator = simulator();
    let old = Receiver::start().await;
    let mut new = Receiver::start().await;
    set_address(&simulator, &plain(&old.url)).await;
    old.will_answer([FAILURE]);
    push(&simulator, demo("moved")).await;
    set_address(&simulator, &plain(&new.url)).await;
    new.will_answer([FAILURE]);
    simulator.advance(5);
    new.next().await;
    assert_eq!(send(&simulator, "DELETE", ADDRESS, "").await.status, StatusCode::OK);
    simulator.advance(5);
    let push = finished(&simulator).await;
    assert_eq!((push.state, push.attempts.len()), (PushState::GivenUp, 2));
    assert!(matches!(push.attempts[1].answer, PushAnswer::Response { status: 500, .. }));
}
