//! What webhooks are told of.

use std::time::Duration;

use e2e::{APP_ID, Answer, BackEnd, Fixture, Sent, Server, eventually};
use serde_json::{Value, json};

use crate::push_relay::{SECRETS, secret_file, signatures};

/// How `back_end` is told of events.
fn telling(fixture: &Fixture, back_end: &BackEnd) -> [(&'static str, String); 6] {
    let [secret, previous] = [("webhook-secret", SECRETS[0]), ("previous-webhook-secret", SECRETS[1])]
        .map(|(name, text)| secret_file(fixture, name, text));
    [
        ("YAOSHI_WEBHOOK__NAME", "shop".to_owned()),
        ("YAOSHI_WEBHOOK__URL", back_end.url()),
        ("YAOSHI_WEBHOOK__SECRET_FILE", secret),
        ("YAOSHI_WEBHOOK__PREVIOUS_SECRET_FILE", previous),
        ("YAOSHI_WEBHOOK__EVENTS", "registered,logged_out,user_erased".to_owned()),
        ("YAOSHI_WEBHOOK__ALLOW_PRIVATE", "true".to_owned()),
    ]
}

async fn server(fixture: &Fixture, back_end: &BackEnd) -> Server {
    let variables = telling(fixture, back_end);
    fixture.server_with(&variables.each_ref().map(|(name, value)| (*name, &**value))).await
}

/// The output of a command that knows `back_end`.
async fn command(fixture: &Fixture, back_end: &BackEnd, arguments: &[&str]) -> String {
    let variables = telling(fixture, back_end);
    fixture.command_with(&variables.each_ref().map(|(name, value)| (*name, &**value)), arguments).await
}

async fn deliveries(fixture: &Fixture) -> Vec<Value> {
    let listed: Value =
        serde_json::from_str(&fixture.command(&["webhooks", "list", "--json"]).await).unwrap();
    listed.as_array().unwrap().clone()
}

fn body(sent: &Sent) -> Value {
    serde_json::from_str(&sent.body).unwrap()
}

pub(crate) async fn a_back_end_hears_what_happens_in_order(fixture: &Fixture) {
    let back_end = BackEnd::start(Answer::Says(204, "")).await;
    let server = server(fixture, &back_end).await;
    let token = server.api().sign_up(&fixture.phone()).await;
    let user = server.api().me(&token).await.text("/id");
    server.api().delete("/v1/session").bearer(&token).send().await.expect(204);
    back_end.wait_for(2).await;
    let sent = back_end.sent();
    let told: Vec<_> = sent.iter().map(body).collect();
    assert_eq!([&told[0]["type"], &told[1]["type"]], ["registered", "logged_out"]);
    for (sent, told) in sent.iter().zip(&told) {
        assert_eq!(sent.headers["webhook-signature"], signatures(sent));
        assert_eq!((&told["data"]["user_id"], &told["data"]["app_id"]), (&json!(user), &json!(APP_ID)));
        assert_eq!(told["data"]["by"], "person");
    }
    assert!(told[0]["data"]["sequence"].as_u64() < told[1]["data"]["sequence"].as_u64());
    eventually("it is on record that they were taken", Duration::from_mins(1), async || {
        deliveries(fixture).await.is_empty().then_some(())
    })
    .await;
    // Every event has the id under which operators see it.
    let events = fixture.command(&["events", "--json"]).await;
    assert!(sent.iter().all(|sent| events.contains(&sent.headers["webhook-id"])), "{events}");
}

pub(crate) async fn an_event_that_was_not_taken_is_sent_again(fixture: &Fixture) {
    let back_end = BackEnd::start(Answer::Says(500, "")).await;
    let server = server(fixture, &back_end).await;
    server.api().sign_up(&fixture.phone()).await;
    let failed = eventually("the first try is on record", Duration::from_mins(1), async || {
        let deliveries = deliveries(fixture).await;
        deliveries.into_iter().find(|delivery| delivery["tries"] == 1)
    });
    let failed = failed.await;
    assert_eq!((&failed["state"], &failed["outcome"]), (&json!("waiting"), &json!("500")));
    assert_eq!((&failed["webhook"], &failed["event"]["kind"]), (&json!("shop"), &json!("registered")));
    back_end.answers(Answer::Says(200, "thanks"));
    let id = failed["id"].to_string();
    let output = command(fixture, &back_end, &["webhooks", "redeliver", &id]).await;
    assert!(output.contains("waiting"), "{output}");
    eventually("it was taken", Duration::from_mins(1), async || {
        deliveries(fixture).await.is_empty().then_some(())
    })
    .await;
    let ids: Vec<_> = back_end.sent().iter().map(|sent| sent.headers["webhook-id"].clone()).collect();
    assert!(ids.len() >= 2 && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let events = fixture.command(&["events", "--json"]).await;
    assert!(events.contains("webhook_redelivered"), "{events}");
    let failed = fixture.failing_command(&["webhooks", "redeliver", &id]).await;
    assert!(failed.contains("no such delivery"), "{failed}");
}

pub(crate) async fn the_shell_tries_a_webhook(fixture: &Fixture) {
    fixture.migrate().await;
    let back_end = BackEnd::start(Answer::Says(204, "")).await;
    let output = command(fixture, &back_end, &["webhooks", "test"]).await;
    assert!(output.starts_with("ok      shop: answered 204 after "), "{output}");
    let [sent] = &*back_end.sent() else { panic!("one request") };
    assert_eq!(sent.headers["webhook-signature"], signatures(sent));
    let told = body(sent);
    assert_eq!((&told["type"], &told["data"]), (&json!("test"), &json!({})));
    back_end.answers(Answer::Says(503, "not now"));
    let variables = telling(fixture, &back_end);
    let variables = variables.each_ref().map(|(name, value)| (*name, &**value));
    let failed = fixture.failing_command_with(&variables, &["webhooks", "test", "shop"]).await;
    assert!(failed.contains("1 of 1 took no message"), "{failed}");
    let failed = fixture.failing_command_with(&variables, &["webhooks", "test", "mail"]).await;
    assert!(failed.contains("no webhook is called mail"), "{failed}");
    let failed = fixture.failing_command(&["webhooks", "test"]).await;
    assert!(failed.contains("there is no [[webhooks]]"), "{failed}");
}
