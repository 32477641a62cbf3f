use std::sync::OnceLock;

use reqwest::{Client, Method, RequestBuilder, header::HeaderName};
use serde_json::{Value, json};

use crate::{APP_ID, OpenData, Phone, Problem, Response, Transcript};

/// The routes of the tutorial, whose errors are not problem documents.
const TUTORIAL_ROUTES: [&str; 2] = ["/login/", "/getinfo/"];

/// The API of one server.
#[derive(Clone, Debug)]
pub struct Api {
    base: String,
    client: Client,
    transcript: Transcript,
}

impl Api {
    /// The API at `address`, with its own connection pool.
    pub(crate) fn new(address: &str, transcript: Transcript) -> Self {
        static PROVIDER: OnceLock<()> = OnceLock::new();
        // The client requires a TLS provider, although the tests use plain HTTP.
        PROVIDER.get_or_init(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let client = Client::builder().no_proxy().build().expect("a plain client can always be built");
        Self { base: format!("http://{address}"), client, transcript }
    }

    /// The URL that all paths are below.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// A request with any method.
    pub fn request(&self, method: Method, path: &str) -> Request {
        let route = format!("{method} {path}");
        let builder = self.client.request(method, format!("{}{path}", self.base));
        Request { route, builder, transcript: self.transcript.clone() }
    }

    /// `GET`.
    pub fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    /// `DELETE`.
    pub fn delete(&self, path: &str) -> Request {
        self.request(Method::DELETE, path)
    }

    /// `POST` with JSON.
    pub fn post(&self, path: &str, body: &Value) -> Request {
        self.request(Method::POST, path).json(body)
    }

    /// `PATCH` with JSON.
    pub fn patch(&self, path: &str, body: &Value) -> Request {
        self.request(Method::PATCH, path).json(body)
    }

    /// `POST /v1/login`.
    pub fn login(&self, code: &str) -> Request {
        self.post("/v1/login", &json!({ "app_id": APP_ID, "code": code }))
    }

    /// `POST /v1/login` with an `Idempotency-Key`.
    pub fn login_with_key(&self, code: &str, idempotency_key: &str) -> Request {
        self.login(code).header("idempotency-key", idempotency_key)
    }

    /// `POST /v1/register`.
    pub fn register(&self, token: &str, data: &OpenData) -> Request {
        self.post("/v1/register", &data.to_json()).bearer(token)
    }

    /// Logs a user in, registers them if necessary, and returns their token.
    pub async fn sign_up(&self, phone: &Phone) -> String {
        let login = self.login(&phone.code()).send().await.expect(200);
        if login.json()["state"] == "registered" {
            return login.token();
        }
        self.register(&login.token(), &phone.user_info()).send().await.expect(201).token()
    }

    /// Sends `GET /v1/session`.
    pub async fn session(&self, token: &str) -> Response {
        self.get("/v1/session").bearer(token).send().await
    }

    /// Sends `GET /v1/me`.
    pub async fn me(&self, token: &str) -> Response {
        self.get("/v1/me").bearer(token).send().await
    }
}

/// A request that has not been sent.
#[derive(Debug)]
pub struct Request {
    route: String,
    builder: RequestBuilder,
    transcript: Transcript,
}

impl Request {
    /// Adds a token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json(mut self, body: &Value) -> Self {
        self.builder = self.builder.json(body);
        self
    }

    /// Sets a body of any type.
    #[must_use]
    pub fn body(mut self, content_type: &str, body: impl Into<reqwest::Body>) -> Self {
        self.builder = self.builder.header("content-type", content_type).body(body);
        self
    }

    /// Sends the request, and checks the rules that apply to all responses: the status is never 500, there is a
    /// request id, and an error is a problem document.
    pub async fn send(self) -> Response {
        let route = self.route.clone();
        self.try_send().await.unwrap_or_else(|error| panic!("{route}: no response: {error:?}"))
    }

    /// Like [`send`](Self::send), for a server that may be down.
    pub async fn try_send(self) -> Result<Response, reqwest::Error> {
        let response = self.builder.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let response = Response { route: self.route, status, headers, body: response.text().await? };
        self.transcript.add(&response);
        check(&response);
        Ok(response)
    }
}

fn check(response: &Response) {
    let Response { route, status, body, .. } = response;
    assert_ne!(*status, 500, "{route}: {body}");
    assert!(!response.header(HeaderName::from_static("x-request-id")).is_empty(), "{route}");
    let is_tutorial_route = TUTORIAL_ROUTES.iter().any(|path| route.ends_with(path));
    if *status >= 400 && !is_tutorial_route {
        Problem::parse(response);
    }
}
