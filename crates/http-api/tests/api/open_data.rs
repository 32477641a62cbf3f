use domain::open_data::OpenDataFault;
use http::StatusCode;
use serde_json::json;

use crate::fixture::{APP_ID, Fixture, signed, unsigned_of};

#[tokio::test]
async fn decrypted_data_is_returned_unchanged() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    // Numbers that a double cannot represent, and keys that are not sorted.
    let data = format!(
        "{{\"step\": 12345678901234567890, \"b\":1.10,\"a\":[], \
         \"watermark\":{{\"appid\":\"{APP_ID}\",\"timestamp\":1500000000}}}}"
    );
    let reply = fixture.post("/v1/open-data", &token, unsigned_of("alice", &data)).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    assert_eq!(String::from_utf8(reply.bytes).unwrap(), format!("{{\"data\":{data}}}"));
}

#[tokio::test]
async fn all_faults_of_decryption_look_alike() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let mut seen = Vec::new();
    for fault in OpenDataFault::ALL {
        let reply = fixture
            .post("/v1/open-data", &token, unsigned_of("alice", &format!("fault:{}", fault.as_str())))
            .await;
        reply.assert_problem("undecryptable");
        let text = String::from_utf8(reply.bytes.clone()).unwrap();
        seen.push(text.replace(&reply.text("/request_id"), "…"));
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:#?}");
}

#[tokio::test]
async fn half_a_signature_is_refused() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    for (given, missing) in [("raw_data", "signature"), ("signature", "raw_data")] {
        let mut body = unsigned_of("alice", "{}");
        body[given] = signed("alice")[given].clone();
        let reply = fixture.post("/v1/open-data", &token, body).await;
        reply.assert_problem("missing_field");
        assert_eq!(reply.body["field"], missing);
    }
}

#[tokio::test]
async fn what_is_not_base64_is_named_before_anything_is_decrypted() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let reply = fixture
        .post("/v1/open-data", &token, json!({ "encrypted_data": "a b+", "iv": "AAAAAAAAAAAAAAAAAAAAAA==" }))
        .await;
    reply.assert_problem("invalid_field");
    assert_eq!(reply.body["field"], "encrypted_data");
    let reply =
        fixture.post("/v1/open-data", &token, json!({ "encrypted_data": "AAAA", "iv": "AAAA" })).await;
    reply.assert_problem("invalid_field");
    assert_eq!(reply.body["field"], "iv");
}
