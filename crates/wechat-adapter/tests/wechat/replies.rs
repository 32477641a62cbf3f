//! Every reply of WeChat's code2Session, as it looks on the wire.

use domain::{
    identity::UnionId,
    login::{CodeExchange, ExchangeError},
    wechat::{Answer, CallError, Refusal, Trouble},
};
use serde::Deserialize;

use crate::mock_server::{APP, CODE, MockReply, MockServer, RATE_LIMITED, SECRET, SUCCESS, exchange};

const KEY: &str = "AAECAwQFBgcICQoLDA0O/w==";
const OPENID: &str = "oABCDEFGHIJKLMNOPQRSTUVWXYZ_";

#[derive(Deserialize)]
struct Sample {
    id: String,
    status: u16,
    headers: std::collections::HashMap<String, String>,
    body: String,
    expect: String,
}

/// Replies captured from WeChat, and replies written after their model (`captured` is false).
#[tokio::test]
async fn recorded_replies_map_to_the_expected_errors() {
    let samples: Vec<Sample> = serde_json::from_str(include_str!("../fixtures/wire_samples.json")).unwrap();
    assert_eq!(samples.len(), 9);
    for Sample { id, status, headers, body, expect } in samples {
        let reply = MockReply::status(status, &headers["Content-Type"], &body);
        let server = MockServer::start([reply.clone(), reply]).await;
        let error = exchange(&server.wechat()).await.expect_err(&id);
        assert_eq!(format!("{error:?}"), expect, "{id}");
    }
}

#[tokio::test]
async fn errcodes_map_to_the_expected_errors() {
    use Refusal::{
        AddressNotAllowed, AwaitsConfirmation, Frozen, Misconfigured, NotPermitted, QuotaUsedUp, Unlisted,
    };
    let refused = |refusal, errcode| CallError::Refused { refusal, errcode }.into();
    let mut table = vec![
        (-1, CallError::Unavailable(Trouble::Busy).into()),
        (-1000, CallError::Unavailable(Trouble::Busy).into()),
        (40029, ExchangeError::InvalidCode),
        (42003, ExchangeError::InvalidCode),
        (40163, ExchangeError::CodeUsed),
        (40226, ExchangeError::UserBlocked),
        (44991, RATE_LIMITED),
        (45011, RATE_LIMITED),
    ];
    let refusals: [(Refusal, &[i64]); 7] = [
        (Misconfigured, &[40001, 40002, 40013, 40014, 40125, 41002, 41004, 41008, 43003]),
        (AddressNotAllowed, &[40164]),
        (Frozen, &[40243, 48004, 50002, 50004, 50007]),
        (AwaitsConfirmation, &[89501, 89503, 89506, 89507]),
        (QuotaUsedUp, &[45009]),
        (NotPermitted, &[48001]),
        (Unlisted, &[1, 40003, 99_999]),
    ];
    for (refusal, errcodes) in refusals {
        table.extend(errcodes.iter().map(|errcode| (*errcode, refused(refusal, *errcode))));
    }
    for (errcode, expected) in table {
        let server = MockServer::start([MockReply::errcode(errcode), MockReply::errcode(errcode)]).await;
        assert_eq!(exchange(&server.wechat()).await, Err(expected.clone()), "{errcode}");
        let attempts = if matches!(expected, ExchangeError::Call(CallError::Unavailable(_))) { 2 } else { 1 };
        assert_eq!(server.request_count(), attempts, "{errcode}");
    }
}

#[tokio::test]
async fn every_form_of_a_success_is_accepted() {
    let forms = [
        ("plain", SUCCESS.to_owned(), None),
        (
            "errcode 0",
            format!(r#"{{"openid":"{OPENID}","session_key":"{KEY}","errcode":0,"errmsg":"ok"}}"#),
            None,
        ),
        ("errcode null", format!(r#"{{"openid":"{OPENID}","session_key":"{KEY}","errcode":null}}"#), None),
        ("leftover", format!(r#"{{"session_key":"{KEY}","expires_in":7200,"openid":"{OPENID}"}}"#), None),
        (
            "extra members",
            format!(r#"{{"a":{{"b":[1,2]}},"openid":"{OPENID}","session_key":"{KEY}","errmsg":7}}"#),
            None,
        ),
        ("empty unionid", format!(r#"{{"openid":"{OPENID}","session_key":"{KEY}","unionid":""}}"#), None),
        ("null unionid", format!(r#"{{"openid":"{OPENID}","session_key":"{KEY}","unionid":null}}"#), None),
        (
            "unionid",
            format!(r#"{{"unionid":"oUNION","openid":"{OPENID}","session_key":"{KEY}"}}"#),
            Some("oUNION"),
        ),
        ("spaces", format!(" {{\n\"openid\" : \"{OPENID}\", \"session_key\":\"{KEY}\" }}\r\n"), None),
    ];
    for (name, body, unionid) in forms {
        for content_type in ["text/plain", "application/json; encoding=utf-8", "text/html; charset=gbk"] {
            let server = MockServer::start([MockReply::status(200, content_type, &body)]).await;
            let exchanged = exchange(&server.wechat()).await.expect(name);
            assert_eq!(exchanged.openid.as_str(), OPENID, "{name}");
            assert_eq!(exchanged.session_key.expose_text(), KEY.as_bytes(), "{name}");
            assert_eq!(exchanged.unionid.as_ref().map(UnionId::as_str), unionid, "{name}");
        }
    }
}

#[tokio::test]
async fn a_reply_without_the_documented_form_is_malformed() {
    let long = "o".repeat(129);
    let bodies = [
        String::new(),
        "<html>Bad Gateway</html>".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        r#"{"errcode":0,"errmsg":"ok"}"#.to_owned(),
        r#"{"errcode":"40029","errmsg":"invalid code"}"#.to_owned(),
        r#"{"errcode":40029.5}"#.to_owned(),
        SUCCESS[..SUCCESS.len() / 2].to_owned(),
        format!("{SUCCESS}{SUCCESS}"),
        format!(r#"{{"openid":"{OPENID}"}}"#),
        format!(r#"{{"session_key":"{KEY}"}}"#),
        format!(r#"{{"openid":"","session_key":"{KEY}"}}"#),
        format!(r#"{{"openid":null,"session_key":"{KEY}"}}"#),
        format!(r#"{{"openid":5,"session_key":"{KEY}"}}"#),
        format!(r#"{{"openid":"{long}","session_key":"{KEY}"}}"#),
        format!(r#"{{"openid":"{OPENID}","session_key":""}}"#),
        format!(r#"{{"openid":"{OPENID}","session_key":"not base64 at all, is it"}}"#),
        format!(r#"{{"openid":"{OPENID}","session_key":"AAECAwQFBgcICQoLDA0O"}}"#),
        format!(r#"{{"openid":"{OPENID}","session_key":["{KEY}"]}}"#),
        format!(r#"{{"openid":"{OPENID}","session_key":"{KEY}","unionid":"{long}"}}"#),
    ];
    for body in bodies {
        let server = MockServer::start([MockReply::body(&body), MockReply::body(&body)]).await;
        let result = exchange(&server.wechat()).await;
        assert_eq!(result, Err(CallError::Unavailable(Trouble::Malformed).into()), "{body}");
        assert_eq!(server.request_count(), 2, "{body}");
    }
}

#[tokio::test]
async fn the_query_has_the_documented_parameters() {
    let server = MockServer::start([MockReply::body(SUCCESS)]).await;
    exchange(&server.wechat()).await.expect("it succeeds");
    let parameters =
        [("appid", APP), ("secret", SECRET), ("js_code", CODE), ("grant_type", "authorization_code")];
    let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(server.queries(), [parameters.into_iter().collect()]);
}

#[tokio::test]
async fn an_unconfigured_app_is_refused_without_a_call() {
    let server = MockServer::start([]).await;
    let app = "wxffffffffffffffff".parse().unwrap();
    let result = server.wechat().exchange(&app, &CODE.parse().unwrap()).await;
    let refused = CallError::Refused { refusal: Refusal::Misconfigured, errcode: 40013 };
    assert_eq!(result.map_err(|refused| refused.error), Err(refused.into()));
    assert_eq!(server.request_count(), 0);
}

#[tokio::test]
async fn an_answer_is_told_with_its_errcode_and_rid() {
    let rid = "5f3a9c01-6ab1e2a0-1f2b3c4d";
    let echoed = format!("rid: {CODE}");
    let refusals = [
        (format!("invalid code, rid: {rid}"), Some(rid)),
        ("invalid code".to_owned(), None),
        // What is secret is no name of an answer.
        (echoed, None),
    ];
    for (errmsg, rid) in refusals {
        let body = serde_json::json!({ "errcode": 40029, "errmsg": errmsg }).to_string();
        let server = MockServer::start([MockReply::body(&body)]).await;
        let refused =
            server.wechat().exchange(&APP.parse().unwrap(), &CODE.parse().unwrap()).await.unwrap_err();
        let rid = rid.map(|rid| rid.parse().unwrap());
        assert_eq!(refused.answer, Some(Answer { errcode: 40029, rid }), "{errmsg}");
        assert_eq!(refused.error, ExchangeError::InvalidCode);
    }
}
