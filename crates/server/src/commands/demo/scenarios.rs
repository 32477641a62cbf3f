//! The scenarios of the demo, in order.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{
    SERVICE,
    client::{DemoClient, DemoError, DemoResponse, WeChatUser, print_note},
};
use crate::{client::Request, commands::simulator::SAMPLE_APP_ID};

const OK: StatusCode = StatusCode::OK;
const CREATED: StatusCode = StatusCode::CREATED;

/// One day more than the idle timeout of a session.
const PAST_IDLE_TIMEOUT_DAYS: u32 = 31;

/// What is bought in the demo, as the text that is signed.
const ORDER: &str = r#"{"offerId":"1450000001","buyQuantity":1,"env":0,"currencyType":"CNY","productId":"sword","goodsPrice":600,"outTradeNo":"demo-0001","attach":""}"#;

/// Runs all scenarios, and returns how many there are.
pub(super) async fn run_all(client: &DemoClient) -> Result<usize, DemoError> {
    let user = client.create_user("小钥匙🔑").await?;
    let token = first_login(client, &user).await?;
    registration(client, &user, &token).await?;
    let token = known_login(client, &user).await?;
    profile_refresh(client, &user, &token).await?;
    order_trap(client).await?;
    repeated_code(client, &user).await?;
    previous_key(client).await?;
    phone_registration(client).await?;
    payment(client, &user).await?;
    expired_session(client, &user).await?;
    Ok(client.scenario())
}

async fn first_login(client: &DemoClient, user: &WeChatUser) -> Result<String, DemoError> {
    client.start_scenario("First login: an unknown user gets a session at once")?;
    let response = log_in(client, user).await?;
    Ok(response.expect(OK, &[("/state", "unregistered")])?.token())
}

async fn registration(client: &DemoClient, user: &WeChatUser, token: &str) -> Result<(), DemoError> {
    client
        .start_scenario("Registration: the client collects user data after the login, in the right order")?;
    let data = client.get_user_info(user).await?;
    let token =
        register(client, token, data).await?.expect(CREATED, &[("/user/nickname", "小钥匙🔑")])?.token();
    get_me(client, &token).await?.expect(OK, &[("/nickname", "小钥匙🔑")])?;
    Ok(())
}

async fn known_login(client: &DemoClient, user: &WeChatUser) -> Result<String, DemoError> {
    client.start_scenario("Known login: the same user is signed in")?;
    let response = log_in(client, user).await?;
    let registered = [("/state", "registered"), ("/user/nickname", "小钥匙🔑")];
    Ok(response.expect(OK, &registered)?.token())
}

async fn profile_refresh(client: &DemoClient, user: &WeChatUser, token: &str) -> Result<(), DemoError> {
    client.start_scenario("Profile refresh: WeChat's data replaces what the user typed in")?;
    let change =
        Request { method: Method::PATCH, ..Request::post("/v1/me", json!({ "nickname": "typed in" })) };
    let response = client.send(change.with_token(token), "{nickname}").await?;
    response.expect(OK, &[("/nickname", "typed in")])?;
    let data = client.get_user_info(user).await?;
    refresh(client, token, data).await?.expect(OK, &[("/nickname", "小钥匙🔑")])?;
    Ok(())
}

async fn order_trap(client: &DemoClient) -> Result<(), DemoError> {
    client.start_scenario(
        "The order trap: data collected before the login, under a key that the server never had",
    )?;
    let user = client.create_user("先后").await?;
    client.wx_login(&user).await?;
    print_note("wx.login, whose code is discarded, then wx.getUserInfo")?;
    let early = client.get_user_info(&user).await?;
    client.rotate_key(&user).await?;
    let token = log_in(client, &user).await?.expect(OK, &[("/state", "unregistered")])?.token();
    register(client, &token, early).await?.expect_problem("signature_mismatch", "collect_again")?;
    print_note("the client follows `recover`: it collects again and resends, in the same session")?;
    let data = client.get_user_info(&user).await?;
    register(client, &token, data).await?.expect(CREATED, &[("/user/nickname", "先后")])?;
    Ok(())
}

async fn repeated_code(client: &DemoClient, user: &WeChatUser) -> Result<(), DemoError> {
    client.start_scenario("A repeated code: the same login with its Idempotency-Key, an error without")?;
    let code = client.wx_login(user).await?;
    let with_key = || login_request(&code).with_header("idempotency-key", "demo-attempt-1");
    let first = client.send(with_key(), "{app_id, code} with an Idempotency-Key").await?;
    first.expect(OK, &[("/state", "registered")])?;
    let second = client.send(with_key(), "the same request again").await?;
    let token = second.expect(OK, &[("/state", "registered")])?.token();
    get_me(client, &token).await?.expect(OK, &[])?;
    let without_key = client.send(login_request(&code), "the same code without the key").await?;
    without_key.expect_problem("code_used", "login_again")?;
    Ok(())
}

async fn previous_key(client: &DemoClient) -> Result<(), DemoError> {
    client.start_scenario(
        "The previous key: data signed just before the key changed registers at the first attempt",
    )?;
    let user = client.create_user("昨日").await?;
    log_in(client, &user).await?.expect(OK, &[])?;
    let data = client.get_user_info(&user).await?;
    print_note("wx.getUserInfo")?;
    client.rotate_key(&user).await?;
    let token = log_in(client, &user).await?.expect(OK, &[("/state", "unregistered")])?.token();
    register(client, &token, data).await?.expect(CREATED, &[("/user/nickname", "昨日")])?;
    Ok(())
}

async fn phone_registration(client: &DemoClient) -> Result<(), DemoError> {
    client.start_scenario(
        "A phone number: the code of the phone button registers a user, and is paid for once",
    )?;
    let user = client.create_user("手机号").await?;
    let token = log_in(client, &user).await?.expect(OK, &[("/state", "unregistered")])?.token();
    let code = client.get_phone_number(&user).await?;
    let request = || {
        Request::post("/v1/register", json!({ "phone_code": code }))
            .with_token(&token)
            .with_header("idempotency-key", "demo-tap-1")
    };
    let registered = client.send(request(), "{phone_code} with an Idempotency-Key").await?;
    let token = registered.expect(CREATED, &[])?.token();
    let again = client.send(request(), "the same request again").await?;
    again.expect(OK, &[("/token", token.as_str())])?;
    let phone = client.send(Request::get("/v1/me/phone").with_token(&token), "").await?;
    phone.expect(OK, &[("/phone", "+8613800138000")])?;
    client.expect_billed(1).await
}

async fn payment(client: &DemoClient, user: &WeChatUser) -> Result<(), DemoError> {
    client.start_scenario("A payment: a session_key that WeChat has replaced is noticed before it signs")?;
    let token = log_in(client, user).await?.expect(OK, &[("/state", "registered")])?.token();
    client.rotate_key(user).await?;
    print_note("the user buys something, and the back end asks for signatures")?;
    sign(client, &token).await?.expect_problem("session_key_stale", "login_again")?;
    print_note("the client follows `recover`: it logs in and buys again")?;
    let token = log_in(client, user).await?.expect(OK, &[("/state", "registered")])?.token();
    let signed = sign(client, &token).await?;
    client.pay(user, signed.expect(OK, &[("/sign_data", ORDER)])?).await
}

async fn expired_session(client: &DemoClient, user: &WeChatUser) -> Result<(), DemoError> {
    client.start_scenario("An expired session: the error says how to recover")?;
    let token = log_in(client, user).await?.expect(OK, &[])?.token();
    client.advance_days(PAST_IDLE_TIMEOUT_DAYS).await?;
    get_me(client, &token).await?.expect_problem("session_expired", "login_again")?;
    let token = log_in(client, user).await?.expect(OK, &[("/state", "registered")])?.token();
    get_me(client, &token).await?.expect(OK, &[("/nickname", "小钥匙🔑")])?;
    Ok(())
}

fn login_request(code: &str) -> Request {
    Request::post("/v1/login", json!({ "app_id": SAMPLE_APP_ID, "code": code }))
}

async fn log_in(client: &DemoClient, user: &WeChatUser) -> Result<DemoResponse, DemoError> {
    let code = client.wx_login(user).await?;
    client.send(login_request(&code), "{app_id, code}").await
}

async fn register(client: &DemoClient, token: &str, data: Value) -> Result<DemoResponse, DemoError> {
    let summary = "{raw_data, signature, encrypted_data, iv}";
    client.send(Request::post("/v1/register", data).with_token(token), summary).await
}

async fn refresh(client: &DemoClient, token: &str, data: Value) -> Result<DemoResponse, DemoError> {
    let summary = "{encrypted_data, iv, raw_data, signature}";
    client.send(Request::post("/v1/me/profile", data).with_token(token), summary).await
}

async fn sign(client: &DemoClient, token: &str) -> Result<DemoResponse, DemoError> {
    let body = json!({
        "token": token, "kind": "virtual_payment", "sign_data": ORDER, "env": 0, "check": "live",
    });
    let request = Request::post("/service/v1/signatures", body).with_header("authorization", SERVICE);
    client.send(request, "{token, kind, sign_data, env, check}").await
}

async fn get_me(client: &DemoClient, token: &str) -> Result<DemoResponse, DemoError> {
    client.send(Request::get("/v1/me").with_token(token), "").await
}
