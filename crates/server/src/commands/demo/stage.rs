//! Who plays: the server, WeChat and its phones; and the trace of what they say.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
};

use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    client::{Answer, Call, CallError, call},
    commands::simulator::SAMPLE_APP_ID,
};

/// Why the play stopped.
#[derive(Debug, thiserror::Error)]
pub(super) enum Mishap {
    #[error("scene {scene}: {what} was expected, but the answer is {answer}")]
    Unexpected { scene: usize, what: String, answer: String },
    #[error("scene {scene}: {source}")]
    Call { scene: usize, source: CallError },
    #[error("the trace cannot be written: {0}")]
    Trace(#[from] io::Error),
}

/// The server and the WeChat before it.
pub(super) struct Stage {
    yaoshi: SocketAddr,
    wechat: SocketAddr,
    scene: AtomicUsize,
}

/// A person with a phone.
pub(super) struct Person {
    user_id: String,
}

impl Stage {
    pub(super) const fn new(yaoshi: SocketAddr, wechat: SocketAddr) -> Self {
        Self { yaoshi, wechat, scene: AtomicUsize::new(0) }
    }

    /// How many scenes were begun.
    pub(super) fn scenes(&self) -> usize {
        self.scene.load(Ordering::Relaxed)
    }

    pub(super) fn begin(&self, title: &str) -> Result<(), Mishap> {
        let number = self.scene.fetch_add(1, Ordering::Relaxed) + 1;
        Ok(writeln!(io::stdout(), "\n{number}. {title}")?)
    }

    /// Asks the server and writes down what was said. `about` tells in a few words what is sent.
    pub(super) async fn ask(&self, request: Call, about: &str) -> Result<Reply, Mishap> {
        writeln!(io::stdout(), "   → {} {} {about}", request.method, request.path)?;
        let answer = self.call(self.yaoshi, request).await?;
        let reply = Reply { scene: self.scenes(), answer };
        writeln!(io::stdout(), "   ← {}", reply.summary())?;
        Ok(reply)
    }

    /// Asks WeChat or one of its phones, which the trace passes over.
    async fn wechat(&self, path: &str, body: Value) -> Result<Value, Mishap> {
        let answer = self.call(self.wechat, Call::post(path, body)).await?;
        let reply = Reply { scene: self.scenes(), answer };
        reply.expect(StatusCode::OK, &[])?;
        Ok(reply.answer.body)
    }

    async fn call(&self, address: SocketAddr, request: Call) -> Result<Answer, Mishap> {
        call(address, request).await.map_err(|source| Mishap::Call { scene: self.scenes(), source })
    }

    /// Somebody new to WeChat's simulator.
    pub(super) async fn person(&self, nickname: &str) -> Result<Person, Mishap> {
        let answer = self.wechat("/sim/users", json!({ "nickname": nickname })).await?;
        Ok(Person { user_id: text(&answer, "user_id") })
    }

    /// `wx.login`: a code.
    pub(super) async fn wx_login(&self, person: &Person) -> Result<String, Mishap> {
        Ok(text(&self.wechat("/sim/wx/login", on_phone_of(person)).await?, "code"))
    }

    /// `wx.getUserInfo`, as the client sends it on.
    pub(super) async fn get_user_info(&self, person: &Person) -> Result<Value, Mishap> {
        let answer = self.wechat("/sim/wx/getUserInfo", on_phone_of(person)).await?;
        Ok(json!({
            "raw_data": answer["rawData"],
            "signature": answer["signature"],
            "encrypted_data": answer["encryptedData"],
            "iv": answer["iv"],
        }))
    }

    /// WeChat replaces the person's session_key, as it does when it pleases.
    pub(super) async fn rotate_key(&self, person: &Person) -> Result<(), Mishap> {
        let path = format!("/sim/users/{}/rotate", person.user_id);
        self.wechat(&path, json!({ "app_id": SAMPLE_APP_ID })).await?;
        tell("WeChat replaces the session_key")
    }

    /// Lets time pass, for WeChat and the server alike.
    pub(super) async fn pass_days(&self, days: u32) -> Result<(), Mishap> {
        self.wechat("/sim/clock/advance", json!({ "seconds": days * 86_400 })).await?;
        tell(&format!("{days} days pass"))
    }
}

/// Writes down what happens between the calls.
pub(super) fn tell(what: &str) -> Result<(), Mishap> {
    Ok(writeln!(io::stdout(), "   · {what}")?)
}

fn on_phone_of(person: &Person) -> Value {
    json!({ "app_id": SAMPLE_APP_ID, "user_id": person.user_id })
}

/// A text in a JSON object; empty where there is none, which no later step accepts.
fn text(object: &Value, name: &str) -> String {
    object[name].as_str().unwrap_or_default().to_owned()
}

/// What the server answered.
pub(super) struct Reply {
    scene: usize,
    answer: Answer,
}

impl Reply {
    /// Goes on if the status is this and each pointer into the body finds this text.
    pub(super) fn expect(&self, status: StatusCode, body: &[(&str, &str)]) -> Result<&Self, Mishap> {
        let is_there = |(pointer, value): &(&str, &str)| {
            self.answer.body.pointer(pointer).is_some_and(|found| found.as_str() == Some(value))
        };
        if self.answer.status == status && body.iter().all(is_there) {
            return Ok(self);
        }
        let mut what = status.to_string();
        for (pointer, value) in body {
            // Writing to a String cannot fail.
            let _ = write!(what, " {}={value}", &pointer[1..]);
        }
        Err(Mishap::Unexpected { scene: self.scene, what, answer: self.summary() })
    }

    /// Goes on if the server refused with this code and this way out.
    pub(super) fn expect_problem(&self, code: &str, recover: &str) -> Result<&Self, Mishap> {
        self.expect(self.answer.status, &[("/code", code), ("/recover", recover)])
    }

    pub(super) fn token(&self) -> String {
        text(&self.answer.body, "token")
    }

    /// The status and what matters of the body. No token.
    fn summary(&self) -> String {
        let mut summary = self.answer.status.to_string();
        for (name, pointer) in [
            ("code", "/code"),
            ("recover", "/recover"),
            ("state", "/state"),
            ("user", "/user/nickname"),
            ("nickname", "/nickname"),
        ] {
            if let Some(value) = self.answer.body.pointer(pointer).and_then(Value::as_str) {
                // Writing to a String cannot fail.
                let _ = write!(summary, "  {name}: {value}");
            }
        }
        summary
    }
}
