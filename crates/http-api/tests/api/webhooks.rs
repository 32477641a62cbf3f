//! Events that webhooks have not taken, as operators see them.

use domain::{
    client::{ClientInfo, Origin},
    event::{Event, EventKind, Subject},
    ids::EventId,
    operator::Role,
    store::{Changes, Committed, Store},
    webhook::{DeliveryChange, DeliveryId, DeliveryUpdate, NewDelivery, OrderingKey, WebhookOutcome},
};
use http::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

use crate::fixture::{APP_ID, Admin, Fixture, NOW, Reply};

const USER: &str = "019b76da-c9f1-7d10-9b55-0a8e6f7d2c31";

/// Adds an event about somebody, and a delivery of it.
async fn add(fixture: &Fixture, number: u128, webhook: &str) {
    let subject = Subject {
        app_id: Some(APP_ID.parse().unwrap()),
        openid: Some("oSomebodyWithAnOpenid".parse().unwrap()),
        user_id: Some(USER.parse().unwrap()),
        session_id: None,
    };
    let id = EventId::new(Uuid::from_u128(number));
    let origin = Origin { at: NOW, client: ClientInfo::default() };
    let delivery = NewDelivery {
        webhook: webhook.parse().unwrap(),
        event: id,
        ordering_key: OrderingKey::new(Uuid::nil()),
        at: NOW,
    };
    let mut changes = Changes::default();
    changes.push(Event::new(id, EventKind::Registered, subject, &origin));
    changes.push(DeliveryChange::Add(delivery));
    assert_eq!(fixture.store.commit(changes).await.unwrap(), Committed::Done);
}

/// Gives the delivery with this number up.
async fn give_up(fixture: &Fixture, number: u64) {
    let update = DeliveryUpdate {
        id: DeliveryId::new(number),
        tries: 14,
        first_tried_at: Some(NOW),
        next_try_at: None,
        outcome: Some(WebhookOutcome::Status(503)),
    };
    let changes = [DeliveryChange::Update(update)].into_iter().collect();
    assert_eq!(fixture.store.commit(changes).await.unwrap(), Committed::Done);
}

async fn get(admin: &Admin, path: &str, cookie: &str) -> Reply {
    admin.send(Method::GET, path, Some(cookie), None).await
}

async fn ids(admin: &Admin, path: &str, cookie: &str) -> Vec<u64> {
    let reply = get(admin, path, cookie).await;
    let items = reply.body["items"].as_array().unwrap_or_else(|| panic!("{path}: {}", reply.body)).clone();
    items.iter().map(|item| item["id"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn what_a_webhook_has_not_taken_is_listed() {
    let fixture = Fixture::new();
    let admin = Admin::of(&fixture);
    let cookie = admin.signed_in("viewer", Role::Viewer).await;
    for (number, webhook) in (1..).zip(["shop", "shop", "gone"]) {
        add(&fixture, number, webhook).await;
    }
    give_up(&fixture, 1).await;
    let webhooks = get(&admin, "/admin/v1/webhooks", &cookie).await;
    let shop = json!({
        "name": "shop", "host": "shop.example.org:8443", "events": ["registered", "user_erased"],
        "waiting": 1, "undelivered": 1,
    });
    assert_eq!(webhooks.body, json!({ "webhooks": [shop] }));
    for (query, expected) in [
        ("", vec![3, 2, 1]),
        ("?webhook=shop", vec![2, 1]),
        ("?webhook=gone", vec![3]),
        ("?state=waiting", vec![3, 2]),
        ("?webhook=shop&state=undelivered", vec![1]),
        ("?after=3", vec![2, 1]),
    ] {
        assert_eq!(ids(&admin, &format!("/admin/v1/deliveries{query}"), &cookie).await, expected, "{query}");
    }
    let reply = get(&admin, "/admin/v1/deliveries?state=undelivered", &cookie).await;
    let delivery = &reply.body["items"][0];
    assert_eq!(delivery["event"]["kind"], "registered");
    assert_eq!(delivery["event"]["user_id"], USER);
    assert!(!reply.body.to_string().contains("oSomebodyWithAnOpenid"), "{}", reply.body);
    assert_eq!((&delivery["tries"], &delivery["outcome"]), (&json!(14), &json!("503")));
    assert!(delivery["next_try_at"].is_null());
    for query in ["state=taken", "after=x", "after=-1", &format!("webhook={}", "x".repeat(65))] {
        get(&admin, &format!("/admin/v1/deliveries?{query}"), &cookie).await.assert_problem("invalid_field");
    }
}

#[tokio::test]
async fn an_event_is_sent_again_on_record() {
    let fixture = Fixture::new();
    let admin = Admin::of(&fixture);
    let cookie = admin.signed_in("li", Role::Operator).await;
    let redeliver = async |id: &str| {
        let path = format!("/admin/v1/deliveries/{id}/redeliver");
        admin.send(Method::POST, &path, Some(&cookie), None).await
    };
    add(&fixture, 1, "shop").await;
    add(&fixture, 2, "gone").await;
    give_up(&fixture, 1).await;
    let reply = redeliver("1").await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.body);
    assert_eq!((&reply.body["state"], &reply.body["tries"]), (&json!("waiting"), &json!(0)));
    assert!(reply.body["next_try_at"].is_string());
    let events = get(&admin, "/admin/v1/events?kind=webhook_redelivered", &cookie).await;
    let event = &events.body["items"][0];
    assert_eq!((&event["by"], &event["detail"]), (&json!("operator:li"), &json!("1")));
    redeliver("2").await.assert_problem("webhook_not_configured");
    redeliver("3").await.assert_problem("no_such_delivery");
    redeliver("one").await.assert_problem("invalid_field");
}
