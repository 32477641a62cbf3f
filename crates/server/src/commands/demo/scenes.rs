//! The scenes, in order.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::stage::{Mishap, Person, Reply, Stage, tell};
use crate::{client::Call, commands::simulator::SAMPLE_APP_ID};

const OK: StatusCode = StatusCode::OK;
const CREATED: StatusCode = StatusCode::CREATED;

/// How long a session lasts that is not used, and a day more.
const PAST_IDLE_DAYS: u32 = 31;

/// Plays all of them and says how many there were.
pub(super) async fn play(stage: &Stage) -> Result<usize, Mishap> {
    let person = stage.person("小钥匙🔑").await?;
    let token = first_login(stage, &person).await?;
    registration(stage, &person, &token).await?;
    let token = known_login(stage, &person).await?;
    profile_refresh(stage, &person, &token).await?;
    order_trap(stage).await?;
    doubled_code(stage, &person).await?;
    previous_key(stage).await?;
    expired_session(stage, &person).await?;
    Ok(stage.scenes())
}

async fn first_login(stage: &Stage, person: &Person) -> Result<String, Mishap> {
    stage.begin("First login: somebody unknown gets a session at once")?;
    let reply = log_in(stage, person).await?;
    Ok(reply.expect(OK, &[("/state", "unregistered")])?.token())
}

async fn registration(stage: &Stage, person: &Person, token: &str) -> Result<(), Mishap> {
    stage.begin("Registration: only now the client collects user data, so the order is right")?;
    let data = stage.get_user_info(person).await?;
    let token =
        register(stage, token, data).await?.expect(CREATED, &[("/user/nickname", "小钥匙🔑")])?.token();
    me(stage, &token).await?.expect(OK, &[("/nickname", "小钥匙🔑")])?;
    Ok(())
}

async fn known_login(stage: &Stage, person: &Person) -> Result<String, Mishap> {
    stage.begin("Known login: the same person is signed in")?;
    let reply = log_in(stage, person).await?;
    let is_known = [("/state", "registered"), ("/user/nickname", "小钥匙🔑")];
    Ok(reply.expect(OK, &is_known)?.token())
}

async fn profile_refresh(stage: &Stage, person: &Person, token: &str) -> Result<(), Mishap> {
    stage.begin("Profile refresh: what was typed in gives way to what WeChat tells")?;
    let change = Call { method: Method::PATCH, ..Call::post("/v1/me", json!({ "nickname": "typed in" })) };
    let reply = stage.ask(change.with_token(token), "{nickname}").await?;
    reply.expect(OK, &[("/nickname", "typed in")])?;
    let data = stage.get_user_info(person).await?;
    refresh(stage, token, data).await?.expect(OK, &[("/nickname", "小钥匙🔑")])?;
    Ok(())
}

async fn order_trap(stage: &Stage) -> Result<(), Mishap> {
    stage.begin("The order trap: data collected before the login, under a key the server never held")?;
    let person = stage.person("先后").await?;
    stage.wx_login(&person).await?;
    tell("wx.login, whose code is thrown away, then wx.getUserInfo")?;
    let early = stage.get_user_info(&person).await?;
    stage.rotate_key(&person).await?;
    let token = log_in(stage, &person).await?.expect(OK, &[("/state", "unregistered")])?.token();
    register(stage, &token, early).await?.expect_problem("signature_mismatch", "collect_again")?;
    tell("the client does as it is told: it collects again and resends, with the same session")?;
    let data = stage.get_user_info(&person).await?;
    register(stage, &token, data).await?.expect(CREATED, &[("/user/nickname", "先后")])?;
    Ok(())
}

async fn doubled_code(stage: &Stage, person: &Person) -> Result<(), Mishap> {
    stage.begin(
        "A doubled code: sent again with its Idempotency-Key it is the same login, without it is not",
    )?;
    let code = stage.wx_login(person).await?;
    let named = || login_call(&code).with_header("idempotency-key", "demo-attempt-1");
    let about = "{app_id, code} with an Idempotency-Key";
    stage.ask(named(), about).await?.expect(OK, &[("/state", "registered")])?;
    let again = stage.ask(named(), "the same again").await?.expect(OK, &[("/state", "registered")])?.token();
    me(stage, &again).await?.expect(OK, &[])?;
    let bare = stage.ask(login_call(&code), "the same code without the key").await?;
    bare.expect_problem("code_used", "login_again")?;
    Ok(())
}

async fn previous_key(stage: &Stage) -> Result<(), Mishap> {
    stage
        .begin("The previous key: data signed a moment before the key changed registers at the first try")?;
    let person = stage.person("昨日").await?;
    log_in(stage, &person).await?.expect(OK, &[])?;
    let data = stage.get_user_info(&person).await?;
    tell("wx.getUserInfo")?;
    stage.rotate_key(&person).await?;
    let token = log_in(stage, &person).await?.expect(OK, &[("/state", "unregistered")])?.token();
    register(stage, &token, data).await?.expect(CREATED, &[("/user/nickname", "昨日")])?;
    Ok(())
}

async fn expired_session(stage: &Stage, person: &Person) -> Result<(), Mishap> {
    stage.begin("An expired session: the answer says how to go on")?;
    let token = log_in(stage, person).await?.expect(OK, &[])?.token();
    stage.pass_days(PAST_IDLE_DAYS).await?;
    me(stage, &token).await?.expect_problem("session_expired", "login_again")?;
    let token = log_in(stage, person).await?.expect(OK, &[("/state", "registered")])?.token();
    me(stage, &token).await?.expect(OK, &[("/nickname", "小钥匙🔑")])?;
    Ok(())
}

fn login_call(code: &str) -> Call {
    Call::post("/v1/login", json!({ "app_id": SAMPLE_APP_ID, "code": code }))
}

async fn log_in(stage: &Stage, person: &Person) -> Result<Reply, Mishap> {
    let code = stage.wx_login(person).await?;
    stage.ask(login_call(&code), "{app_id, code}").await
}

async fn register(stage: &Stage, token: &str, data: Value) -> Result<Reply, Mishap> {
    let about = "{raw_data, signature, encrypted_data, iv}";
    stage.ask(Call::post("/v1/register", data).with_token(token), about).await
}

async fn refresh(stage: &Stage, token: &str, data: Value) -> Result<Reply, Mishap> {
    let about = "{encrypted_data, iv, raw_data, signature}";
    stage.ask(Call::post("/v1/me/profile", data).with_token(token), about).await
}

async fn me(stage: &Stage, token: &str) -> Result<Reply, Mishap> {
    stage.ask(Call::new(Method::GET, "/v1/me").with_token(token), "").await
}
