//! Reads arbitrary answers of WeChat. The first byte chooses who asks.
#![no_main]

use std::{
    error::Error,
    fmt::Debug,
    sync::{Arc, LazyLock},
    time::Duration,
};

use domain::{
    access_token::AccessTokens, app::AppId, encrypted_channel::EncryptKeys, identity::IdentityId,
    login::CodeExchange, phone::PhoneNumbers, session_key_check::SessionKeyCheck, signature::Signature,
    wechat::Answered,
};
use fuzzing::{APP_ID, APP_SECRET, Answering, NOW};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use support::FixedClock;
use tokio::runtime::{Builder, Runtime};
use wechat_adapter::{BreakerConfig, Transport, WeChat, WeChatConfig, WeChatPorts};

/// What stable_token answers where another endpoint is asked.
const TOKEN: &str = r#"{"access_token":"the-access-token","expires_in":7200}"#;

struct Platform {
    runtime: Runtime,
    answering: Answering,
    transport: Transport,
    config: WeChatConfig,
}

static PLATFORM: LazyLock<Platform> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let answering = runtime.block_on(Answering::start());
    let app = (APP_ID.parse().unwrap(), APP_SECRET.parse().unwrap());
    let config = WeChatConfig {
        base_url: format!("http://{}", answering.address()).parse().unwrap(),
        // Shorter than any back-off: a call is tried once.
        total_timeout: Duration::from_millis(49),
        breaker: BreakerConfig { failures: u32::MAX, ..BreakerConfig::default() },
        ..WeChatConfig::new(vec![app])
    };
    let transport = Transport::try_new(&config).unwrap();
    Platform { runtime, answering, transport, config }
});

fuzz_target!(|input: (u8, &[u8])| {
    let (asks, body) = input;
    let Platform { runtime, answering, transport, config } = &*PLATFORM;
    let (answer, is_about_token) = (body.to_vec(), asks % 6 == 1);
    answering.answer(move |path| {
        let is_token = path.ends_with("stable_token") && !is_about_token;
        (200, if is_token { TOKEN.into() } else { answer.clone() })
    });
    // A new client for each input, as a refused app is paused.
    let ports = WeChatPorts { clock: Arc::new(FixedClock::at(NOW)), budget: None, tally: None };
    let wechat = WeChat::try_new(config.clone(), transport.clone(), ports).unwrap();
    runtime.block_on(ask(&wechat, asks, body));
});

async fn ask(wechat: &WeChat, asks: u8, body: &[u8]) {
    let app: AppId = APP_ID.parse().unwrap();
    let identity = IdentityId { app_id: app.clone(), openid: "oABC".parse().unwrap() };
    let signature: Signature = "0".repeat(64).parse().unwrap();
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    match asks % 6 {
        0 => {
            let result = CodeExchange::exchange(wechat, &app, &"the-code".parse().unwrap()).await;
            assert_answered(&result, &json);
            if let Ok(exchanged) = &result {
                assert_eq!(Some(exchanged.openid.as_str()), json["openid"].as_str());
                let session_key = json["session_key"].as_str().unwrap();
                assert_eq!(exchanged.session_key.expose_text(), session_key.as_bytes());
                assert!(!format!("{:?}", exchanged.session_key).contains(session_key));
            }
        }
        1 => {
            let result = wechat.current(&app).await;
            if let Ok(issued) = &result {
                assert_eq!(Some(issued.token.expose()), json["access_token"].as_str());
                assert!(issued.expires_at >= NOW);
            }
            assert_secret_free(&result);
        }
        2 => assert_answered(
            &PhoneNumbers::exchange(wechat, &identity, &"the-phone-code".parse().unwrap()).await,
            &json,
        ),
        3 => assert_secret_free(&wechat.check(&identity, &signature).await),
        4 => assert_secret_free(&wechat.reset(&identity, &signature).await),
        _ => assert_secret_free(&wechat.latest(&identity, &signature).await),
    }
}

/// An answer with an errcode is a failure that says so, and what is said tells no secret.
fn assert_answered<T: Debug, E: Error + 'static>(result: &Result<T, Answered<E>>, json: &Value) {
    assert_secret_free(result);
    if json["errcode"].as_i64().is_some_and(|errcode| errcode != 0) {
        assert!(result.is_err(), "{json} is read as {result:?}");
    }
    if let Err(Answered { answer: Some(answer), .. }) = result {
        assert_eq!(Some(answer.errcode), json["errcode"].as_i64());
    }
}

/// An error tells no secret, whatever WeChat repeats. Its name for the answer is told as it came.
fn assert_secret_free<T, E: Debug>(result: &Result<T, E>) {
    let shown = without_rid(&format!("{:?}", result.as_ref().err()));
    for secret in [APP_SECRET, "the-access-token", "the-code", "the-phone-code"] {
        assert!(!shown.contains(secret), "a secret is in {shown}");
    }
}

fn without_rid(shown: &str) -> String {
    let Some((before, rid)) = shown.split_once("Rid(\"") else { return shown.to_owned() };
    let after = rid.split_once("\")").map(|(_, after)| after).unwrap_or_default();
    format!("{before}{after}")
}
