//! The demo's client: sends requests to the server and to the simulated WeChat, and prints a trace.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
};

use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    client::{ClientError, Request, Response, send},
    commands::simulator::SAMPLE_APP_ID,
};

/// Why the demo failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum DemoError {
    #[error("scenario {scenario}: expected {expected}, got {response}")]
    Unexpected { scenario: usize, expected: String, response: String },
    #[error("scenario {scenario}: {source}")]
    Client { scenario: usize, source: ClientError },
    #[error("cannot write the trace: {0}")]
    Trace(#[from] io::Error),
}

/// A client of the server, and of the simulated WeChat that the server uses.
pub(super) struct DemoClient {
    yaoshi: SocketAddr,
    wechat: SocketAddr,
    scenario: AtomicUsize,
}

/// A WeChat user with a phone.
pub(super) struct WeChatUser {
    id: String,
}

impl DemoClient {
    pub(super) const fn new(yaoshi: SocketAddr, wechat: SocketAddr) -> Self {
        Self { yaoshi, wechat, scenario: AtomicUsize::new(0) }
    }

    /// The number of the current scenario, which is also how many have started.
    pub(super) fn scenario(&self) -> usize {
        self.scenario.load(Ordering::Relaxed)
    }

    pub(super) fn start_scenario(&self, title: &str) -> Result<(), DemoError> {
        let number = self.scenario.fetch_add(1, Ordering::Relaxed) + 1;
        Ok(writeln!(io::stdout(), "\n{number}. {title}")?)
    }

    /// Sends a request to the server, and prints request and response. `summary` describes the body.
    pub(super) async fn send(&self, request: Request, summary: &str) -> Result<DemoResponse, DemoError> {
        writeln!(io::stdout(), "   → {} {} {summary}", request.method, request.path)?;
        let response = self.send_to(self.yaoshi, request).await?;
        writeln!(io::stdout(), "   ← {}", response.summary())?;
        Ok(response)
    }

    /// Sends a request to the simulated WeChat. The trace does not show it.
    async fn send_to_wechat(&self, path: &str, body: Value) -> Result<Value, DemoError> {
        let response = self.send_to(self.wechat, Request::post(path, body)).await?;
        response.expect(StatusCode::OK, &[])?;
        Ok(response.response.body)
    }

    async fn send_to(&self, address: SocketAddr, request: Request) -> Result<DemoResponse, DemoError> {
        let scenario = self.scenario();
        match send(address, request).await {
            Ok(response) => Ok(DemoResponse { scenario, response }),
            Err(source) => Err(DemoError::Client { scenario, source }),
        }
    }

    /// Creates a WeChat user.
    pub(super) async fn create_user(&self, nickname: &str) -> Result<WeChatUser, DemoError> {
        let user = json!({ "nickname": nickname, "phone_number": "13800138000" });
        let body = self.send_to_wechat("/sim/users", user).await?;
        Ok(WeChatUser { id: text(&body, "user_id") })
    }

    /// `wx.login`: returns a code.
    pub(super) async fn wx_login(&self, user: &WeChatUser) -> Result<String, DemoError> {
        Ok(text(&self.send_to_wechat("/sim/wx/login", phone_of(user)).await?, "code"))
    }

    /// `wx.getUserInfo`: returns the data as the client sends it to the server.
    pub(super) async fn get_user_info(&self, user: &WeChatUser) -> Result<Value, DemoError> {
        let data = self.send_to_wechat("/sim/wx/getUserInfo", phone_of(user)).await?;
        Ok(json!({
            "raw_data": data["rawData"],
            "signature": data["signature"],
            "encrypted_data": data["encryptedData"],
            "iv": data["iv"],
        }))
    }

    /// A tap on the phone button: returns a code.
    pub(super) async fn get_phone_number(&self, user: &WeChatUser) -> Result<String, DemoError> {
        let detail = self.send_to_wechat("/sim/wx/getPhoneNumber", phone_of(user)).await?;
        print_note("the user taps the phone button")?;
        Ok(text(&detail, "code"))
    }

    /// Fails unless WeChat has billed so many exchanges of phone codes.
    pub(super) async fn expect_billed(&self, count: u64) -> Result<(), DemoError> {
        let calls = self.send_to(self.wechat, Request::get("/sim/calls")).await?;
        if calls.response.body["billed"] == count {
            return print_note(&format!("WeChat has billed {count} exchange"));
        }
        let expected = format!("{count} billed");
        Err(DemoError::Unexpected { scenario: self.scenario(), expected, response: calls.summary() })
    }

    /// `wx.requestVirtualPayment` with what was signed. Fails unless the payment goes through.
    pub(super) async fn pay(&self, user: &WeChatUser, signed: &DemoResponse) -> Result<(), DemoError> {
        let body = &signed.response.body;
        let mut payment = phone_of(user);
        payment["mode"] = "short_series_goods".into();
        payment["signData"] = body["sign_data"].clone();
        payment["signature"] = body["signature"].clone();
        payment["paySig"] = body["pay_sig"].clone();
        let paid = self.send_to(self.wechat, Request::post("/sim/wx/requestVirtualPayment", payment)).await?;
        paid.expect(StatusCode::OK, &[("/errMsg", "requestVirtualPayment:ok")])?;
        print_note("wx.requestVirtualPayment: ok")
    }

    /// Replaces the user's session_key, as WeChat may do at any time.
    pub(super) async fn rotate_key(&self, user: &WeChatUser) -> Result<(), DemoError> {
        let path = format!("/sim/users/{}/rotate", user.id);
        self.send_to_wechat(&path, json!({ "app_id": SAMPLE_APP_ID })).await?;
        print_note("WeChat replaces the session_key")
    }

    /// Advances the clock that the simulated WeChat and the server share.
    pub(super) async fn advance_days(&self, days: u32) -> Result<(), DemoError> {
        self.send_to_wechat("/sim/clock/advance", json!({ "seconds": days * 86_400 })).await?;
        print_note(&format!("{days} days pass"))
    }
}

/// Prints what happens between two requests.
pub(super) fn print_note(note: &str) -> Result<(), DemoError> {
    Ok(writeln!(io::stdout(), "   · {note}")?)
}

fn phone_of(user: &WeChatUser) -> Value {
    json!({ "app_id": SAMPLE_APP_ID, "user_id": user.id })
}

/// A string in a JSON object; empty if there is none, which makes the next step fail.
fn text(object: &Value, name: &str) -> String {
    object[name].as_str().unwrap_or_default().to_owned()
}

/// A response, and the scenario it belongs to.
pub(super) struct DemoResponse {
    scenario: usize,
    response: Response,
}

impl DemoResponse {
    /// Fails unless the response has this status, and its body these strings at these JSON pointers.
    pub(super) fn expect(&self, status: StatusCode, body: &[(&str, &str)]) -> Result<&Self, DemoError> {
        let matches = |(pointer, value): &(&str, &str)| {
            self.response.body.pointer(pointer).is_some_and(|found| found.as_str() == Some(value))
        };
        if self.response.status == status && body.iter().all(matches) {
            return Ok(self);
        }
        let mut expected = status.to_string();
        for (pointer, value) in body {
            // Writing to a String cannot fail.
            let _ = write!(expected, " {}={value}", &pointer[1..]);
        }
        Err(DemoError::Unexpected { scenario: self.scenario, expected, response: self.summary() })
    }

    /// Fails unless the response is a problem with this code and this `recover`.
    pub(super) fn expect_problem(&self, code: &str, recover: &str) -> Result<&Self, DemoError> {
        self.expect(self.response.status, &[("/code", code), ("/recover", recover)])
    }

    pub(super) fn token(&self) -> String {
        text(&self.response.body, "token")
    }

    /// The status and the most important fields, without the token.
    fn summary(&self) -> String {
        let mut summary = self.response.status.to_string();
        for (name, pointer) in [
            ("code", "/code"),
            ("recover", "/recover"),
            ("state", "/state"),
            ("user", "/user/nickname"),
            ("nickname", "/nickname"),
            ("phone", "/phone"),
        ] {
            if let Some(value) = self.response.body.pointer(pointer).and_then(Value::as_str) {
                // Writing to a String cannot fail.
                let _ = write!(summary, "  {name}: {value}");
            }
        }
        summary
    }
}
