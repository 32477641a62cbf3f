//! How phone codes are exchanged.

use domain::{
    identity::IdentityId,
    phone::{PhoneCodeError, PhoneNumbers},
    wechat::{CallError, Trouble},
};
use serde_json::json;
use wechat_adapter::{BreakerConfig, WeChat};

use crate::mock_server::{APP, MockReply, MockServer, gateway};

const CODE: &str = "e31968a7f94cc5ee25fafc2aef2773f0bb8c3937b22520eb8ee345274d00c144";
const PATHS: [&str; 2] = ["/cgi-bin/stable_token", "/wxa/business/getuserphonenumber"];
const BUSY: PhoneCodeError = PhoneCodeError::Call(CallError::Unavailable(Trouble::Busy));

fn token(token: &str) -> MockReply {
    MockReply::body(&json!({ "access_token": token, "expires_in": 7_200 }).to_string())
}

fn phone_info(country_code: &serde_json::Value, pure_phone_number: &str) -> MockReply {
    let phone_info = json!({
        "phoneNumber": "ignored",
        "purePhoneNumber": pure_phone_number,
        "countryCode": country_code,
        "watermark": { "timestamp": 1_637_744_274, "appid": APP },
    });
    MockReply::body(&json!({ "errcode": 0, "errmsg": "ok", "phone_info": phone_info }).to_string())
}

async fn exchange(wechat: &WeChat) -> Result<String, PhoneCodeError> {
    let identity = IdentityId { app_id: APP.parse().unwrap(), openid: "oABC".parse().unwrap() };
    let answered = wechat.exchange(&identity, &CODE.parse().unwrap()).await;
    answered.map(|number| number.e164()).map_err(|refused| refused.error)
}

#[tokio::test]
async fn wechat_is_told_the_openid() {
    let server = MockServer::start([token("first"), phone_info(&json!("86"), "13800138000")]).await;
    assert_eq!(exchange(&server.wechat()).await.as_deref(), Ok("+8613800138000"));
    assert_eq!(server.paths(), PATHS);
    assert_eq!(server.bodies()[1], json!({ "code": CODE, "openid": "oABC" }));
    assert_eq!(server.queries()[1]["access_token"], "first");
}

#[tokio::test]
async fn numbers_come_in_several_forms() {
    let table = [
        (json!("86"), "13800138000", Some("+8613800138000")),
        (json!(86), "13800138000", Some("+8613800138000")),
        (json!("+852"), "6123 4567", Some("+85261234567")),
        (json!(""), "13800138000", None),
        (json!(-1), "13800138000", None),
        (json!("86"), "", None),
        (json!("86"), "none", None),
    ];
    for (country_code, number, expected) in table {
        let reply = || phone_info(&country_code, number);
        let server = MockServer::start([token("first"), reply(), reply()]).await;
        let expected = expected.map(str::to_owned).ok_or(CallError::Unavailable(Trouble::Malformed).into());
        assert_eq!(exchange(&server.wechat()).await, expected, "{country_code} {number}");
    }
}

#[tokio::test]
async fn a_code_that_a_lost_answer_used_up_is_lost() {
    let refused = || MockReply::errcode(40_029);
    let table = [
        (vec![refused()], PhoneCodeError::InvalidCode),
        (vec![MockReply::Reset, refused()], PhoneCodeError::AnswerLost),
        (vec![MockReply::errcode(-1), refused()], PhoneCodeError::AnswerLost),
        (vec![MockReply::body("{"), refused()], PhoneCodeError::AnswerLost),
        // A rejected token says that nothing took effect.
        (vec![MockReply::errcode(40_001), token("second"), refused()], PhoneCodeError::InvalidCode),
    ];
    for (replies, error) in table {
        let name = format!("{replies:?}");
        let server = MockServer::start([token("first")].into_iter().chain(replies)).await;
        assert_eq!(exchange(&server.wechat()).await, Err(error), "{name}");
    }
}

#[tokio::test]
async fn failures_of_the_token_do_not_count_against_the_endpoint() {
    let busy = || MockReply::errcode(-1);
    let server = MockServer::start([busy(), busy()]).await;
    let mut config = server.config();
    config.breaker = BreakerConfig { failures: 2, ..BreakerConfig::default() };
    let wechat = gateway(config);
    // The token is not to be had: one failure of stable_token.
    assert_eq!(exchange(&wechat).await, Err(BUSY));
    // One failure of the endpoint: its breaker stays closed.
    server.add([token("first"), busy(), busy()]);
    assert_eq!(exchange(&wechat).await, Err(BUSY));
    server.add([phone_info(&json!("86"), "13800138000")]);
    assert_eq!(exchange(&wechat).await.as_deref(), Ok("+8613800138000"));
}
