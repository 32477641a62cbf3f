use std::sync::OnceLock;

use reqwest::{Client, Method, RequestBuilder, header::HeaderName};
use serde_json::{Value, json};

use crate::{APP_ID, OpenData, Phone, Problem, Reply, Transcript};

/// The routes of the tutorial, whose failures have a form of their own.
const TUTORIAL: [&str; 2] = ["/login/", "/getinfo/"];

/// The API of one server.
#[derive(Clone, Debug)]
pub struct Api {
    base: String,
    client: Client,
    transcript: Transcript,
}

impl Api {
    /// The API at `address`, with connections of its own.
    pub(crate) fn at(address: &str, transcript: Transcript) -> Self {
        static PROVIDER: OnceLock<()> = OnceLock::new();
        // The client wants one although nothing here speaks TLS.
        PROVIDER.get_or_init(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let client = Client::builder().no_proxy().build().expect("a plain client can always be built");
        Self { base: format!("http://{address}"), client, transcript }
    }

    /// Any request.
    pub fn call(&self, method: Method, path: &str) -> Call {
        let asked = format!("{method} {path}");
        let request = self.client.request(method, format!("{}{path}", self.base));
        Call { asked, request, transcript: self.transcript.clone() }
    }

    /// `GET`.
    pub fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    /// `DELETE`.
    pub fn delete(&self, path: &str) -> Call {
        self.call(Method::DELETE, path)
    }

    /// `POST` with JSON.
    pub fn post(&self, path: &str, body: &Value) -> Call {
        self.call(Method::POST, path).json(body)
    }

    /// `PATCH` with JSON.
    pub fn patch(&self, path: &str, body: &Value) -> Call {
        self.call(Method::PATCH, path).json(body)
    }

    /// `POST /v1/login`, yet to be sent.
    pub fn login(&self, code: &str) -> Call {
        self.post("/v1/login", &json!({ "app_id": APP_ID, "code": code }))
    }

    /// `POST /v1/login` as an attempt of this name.
    pub fn login_as(&self, code: &str, idempotency_key: &str) -> Call {
        self.login(code).header("idempotency-key", idempotency_key)
    }

    /// `POST /v1/register`, yet to be sent.
    pub fn register(&self, token: &str, data: &OpenData) -> Call {
        self.post("/v1/register", &data.to_json()).bearer(token)
    }

    /// Logs somebody in and registers them, if they are not: their token.
    pub async fn sign_up(&self, phone: &Phone) -> String {
        let login = self.login(&phone.code()).send().await.expect(200);
        if login.json()["state"] == "registered" {
            return login.token();
        }
        self.register(&login.token(), &phone.user_info()).send().await.expect(201).token()
    }

    /// `GET /v1/session`, answered.
    pub async fn session(&self, token: &str) -> Reply {
        self.get("/v1/session").bearer(token).send().await
    }

    /// `GET /v1/me`, answered.
    pub async fn me(&self, token: &str) -> Reply {
        self.get("/v1/me").bearer(token).send().await
    }
}

/// A request that is yet to be sent.
#[derive(Debug)]
pub struct Call {
    asked: String,
    request: RequestBuilder,
    transcript: Transcript,
}

impl Call {
    /// With a token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// With JSON.
    #[must_use]
    pub fn json(mut self, body: &Value) -> Self {
        self.request = self.request.json(body);
        self
    }

    /// With any body.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: impl Into<reqwest::Body>) -> Self {
        self.request = self.request.header("content-type", content_type).body(body);
        self
    }

    /// Sends it and reads the answer, which must be of the right form: no 500 whatever happens, an id on every
    /// answer, and a problem where it is a failure.
    pub async fn send(self) -> Reply {
        let asked = self.asked.clone();
        self.try_send().await.unwrap_or_else(|error| panic!("{asked}: no answer: {error:?}"))
    }

    /// The same, where the server may be gone.
    pub async fn try_send(self) -> Result<Reply, reqwest::Error> {
        let response = self.request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let reply = Reply { asked: self.asked, status, headers, body: response.text().await? };
        self.transcript.add(&reply);
        check(&reply);
        Ok(reply)
    }
}

fn check(reply: &Reply) {
    let Reply { asked, status, body, .. } = reply;
    assert_ne!(*status, 500, "{asked}: {body}");
    assert!(!reply.header(HeaderName::from_static("x-request-id")).is_empty(), "{asked}");
    let is_of_the_tutorial = TUTORIAL.iter().any(|path| asked.ends_with(path));
    if *status >= 400 && !is_of_the_tutorial {
        Problem::of(reply);
    }
}
