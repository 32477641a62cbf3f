use domain::{
    diagnosis::{Cause, Diagnosis, DiagnosisFilter, Step},
    identity::OpenId,
    login::ExchangeError,
    store::Store,
};
use http::{Method, StatusCode};
use serde_json::json;

use crate::fixture::{Fixture, Reply, signed};

/// The diagnoses that are on record after the failures so far, the newest first.
async fn diagnoses(fixture: &Fixture) -> Vec<Diagnosis> {
    fixture.write_diagnoses().await;
    let store: &dyn Store = &*fixture.store;
    store.diagnoses().latest(&DiagnosisFilter::All, None, 99).await.unwrap()
}

/// The one diagnosis on record, which is of the request with this reply.
async fn only_one(fixture: &Fixture, reply: &Reply) -> Diagnosis {
    let all = diagnoses(fixture).await;
    let [diagnosis] = &*all else { panic!("there is one: {all:?}") };
    assert_eq!(diagnosis.request_id.as_str(), reply.header("x-request-id"));
    diagnosis.clone()
}

#[tokio::test]
async fn a_failed_login_is_diagnosed() {
    let fixture = Fixture::with_exchange_error(ExchangeError::InvalidCode);
    let reply = fixture.login("alice").await;
    let diagnosis = only_one(&fixture, &reply).await;
    assert_eq!((diagnosis.step, diagnosis.code.as_str()), (Step::Login, "invalid_code"));
    assert_eq!(diagnosis.cause.as_ref().map(Cause::as_str), Some("WeChat does not know the code"));
    assert!(diagnosis.whom.app_id.is_some() && diagnosis.whom.openid.is_none(), "{diagnosis:?}");
}

#[tokio::test]
async fn a_failed_registration_is_diagnosed() {
    let fixture = Fixture::new();
    let token = fixture.log_in("alice").await;
    let reply = fixture.post("/v1/register", &token, signed("bob")).await;
    let diagnosis = only_one(&fixture, &reply).await;
    assert_eq!((diagnosis.step, diagnosis.code.as_str()), (Step::Registration, "signature_mismatch"));
    assert_eq!(diagnosis.whom.openid.as_ref().map(OpenId::as_str), Some("alice"));
    assert_eq!((diagnosis.keys.len(), diagnosis.before.len()), (1, 1));
}

#[tokio::test]
async fn a_failed_phone_code_is_diagnosed() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    let body = json!({ "code": "not-a-number" });
    let reply = fixture.send(Method::PUT, "/v1/me/phone", Some(&token), Some(body)).await;
    let diagnosis = only_one(&fixture, &reply).await;
    assert_eq!((diagnosis.step, diagnosis.code.as_str()), (Step::Phone, "invalid_phone_code"));
    assert_eq!(diagnosis.whom.user_id, Some(fixture.user_id(&token).await));
}

#[tokio::test]
async fn a_failure_of_the_tutorial_is_diagnosed() {
    let fixture = Fixture::with_exchange_error(ExchangeError::CodeUsed);
    let reply = fixture.send(Method::POST, "/login/", None, Some(json!({ "code": "alice" }))).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(only_one(&fixture, &reply).await.code.as_str(), "code_used");
}

#[tokio::test]
async fn what_is_no_login_and_what_succeeds_is_not_diagnosed() {
    let fixture = Fixture::new();
    let token = fixture.register("alice").await;
    fixture.get("/v1/me", &token).await;
    fixture.get("/v1/session", "ys_nobody").await;
    fixture.get("/nowhere", &token).await;
    assert_eq!(diagnoses(&fixture).await, []);
}
