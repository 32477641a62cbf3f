//! The keys at rest.

use std::time::Duration;

use e2e::{Api, Fixture, Server, eventually};
use reqwest::Method;
use serde_json::{Value, json};

use crate::console::{cookie, printed};

const NEW_KEY: &str = "k2:EtGuV0JOEwmUxNMCUrGbqoO7L4y68BzXnj2hzOzOBko=";
const MASTER_KEYS: &str = "YAOSHI_SECRETS__MASTER_KEYS";

/// How many rows each master key seals, once that is counted.
async fn sealed(admin: &Api, cookie: &str) -> Value {
    let counted = async || {
        let keys = admin.get("/admin/v1/keys").header("cookie", cookie).send().await.expect(200).json();
        (keys["work"]["state"] == "done").then_some(keys)
    };
    let keys = eventually("the rows are counted", Duration::from_mins(1), counted).await;
    let of = |key: &Value| (key["id"].as_str().expect("an id").to_owned(), key["sealed"].clone());
    let sealed = keys["master_keys"].as_array().expect("a list").iter().map(of);
    Value::Object(sealed.collect())
}

/// All that is at rest is sealed anew while servers run, and the old master key is needed no more.
pub(crate) async fn a_master_key_is_replaced(fixture: &Fixture) {
    let first = fixture.server().await;
    let phone = fixture.phone();
    let token = first.api().sign_up(&phone).await;
    let number = json!({ "code": phone.phone_code() });
    let bind = first.api().request(Method::PUT, "/v1/me/phone").bearer(&token).json(&number);
    let number = bind.send().await.expect(200).json();

    let old_key = fixture.environment()[MASTER_KEYS].clone();
    let both = format!("{NEW_KEY},{old_key}");
    let console = [("YAOSHI_HTTP__ADMIN_LISTEN", "127.0.0.1:0"), (MASTER_KEYS, &both)];
    let servers = [fixture.server_with(&console).await, fixture.server_with(&console).await];
    let [admin, other] = servers.each_ref().map(Server::admin);
    let made = fixture.command(&["operators", "add", "wang", "--role", "operator"]).await;
    let cookie = cookie(admin, "wang", &printed(&made, "password")).await;
    let [none, all] = [0, 1].map(|rows| {
        json!({ "session_keys": rows, "phones": rows, "signing_keys": 0, "operators": 0, "pushes": 0 })
    });
    assert_eq!(sealed(other, &cookie).await, json!({ "k1": all, "k2": none }));
    admin.post("/admin/v1/keys/reseal", &json!({})).header("cookie", &cookie).send().await.expect(202);
    // Every instance tells it.
    assert_eq!(sealed(other, &cookie).await, json!({ "k1": none, "k2": all }));

    let last = fixture.server_with(&[(MASTER_KEYS, NEW_KEY)]).await;
    assert_eq!(last.api().get("/v1/me/phone").bearer(&token).send().await.expect(200).json(), number);
    let steps = phone.we_run_data().to_json();
    last.api().post("/v1/open-data", &steps).bearer(&token).send().await.expect(200);
}
