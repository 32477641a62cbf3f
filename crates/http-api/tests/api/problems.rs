use domain::{localized::Language, recovery::Recover};
use http_api::{FieldProblem, ProblemBody, ProblemCode, TABLE, problem_table_markdown};
use serde_json::json;

use crate::fixture::Fixture;

#[test]
fn the_table() {
    insta::assert_snapshot!("error_table", problem_table_markdown(Language::English));
}

#[test]
fn codes_are_stable_names() {
    let codes: std::collections::BTreeSet<_> = TABLE.iter().map(|kind| kind.code).collect();
    assert_eq!(codes.len(), TABLE.len());
    assert_eq!(ProblemCode::ALL.len(), TABLE.len());
    for code in codes {
        assert!(code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{code}");
    }
}

#[test]
fn every_failure_to_retry_has_a_delay() {
    for kind in TABLE {
        assert_eq!(kind.recover == Recover::Retry, kind.retry_after.is_some(), "{}", kind.code);
    }
}

#[test]
fn only_internal_errors_are_500s() {
    let five_hundreds: Vec<_> = TABLE.iter().filter(|kind| kind.status == 500).collect();
    assert_eq!(five_hundreds.iter().map(|kind| kind.code).collect::<Vec<_>>(), ["internal"]);
}

#[tokio::test]
async fn a_problem_round_trips_through_its_body() {
    let fixture = Fixture::new();
    let one = fixture.login("alice\n").await;
    let read: ProblemBody = serde_json::from_slice(&one.bytes).unwrap();
    assert_eq!(read.code, "invalid_field");
    assert_eq!(read.field.as_deref(), Some("code"));
    assert_eq!(read.errors, []);
    assert_eq!(serde_json::to_vec(&read).unwrap(), one.bytes);
    let several = fixture.send(http::Method::POST, "/v1/login", None, Some(json!({}))).await;
    let read: ProblemBody = serde_json::from_slice(&several.bytes).unwrap();
    let missing = |field: &str| FieldProblem { field: field.to_owned(), detail: "is missing".to_owned() };
    assert_eq!(read.errors, [missing("app_id"), missing("code")]);
    assert_eq!(serde_json::to_vec(&read).unwrap(), several.bytes);
}
