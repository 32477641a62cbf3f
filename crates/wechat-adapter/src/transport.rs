//! Calls to WeChat's API: requests with JSON replies.

use std::{error::Error, iter, time::Duration};

use reqwest::{Client, Response, StatusCode, Url, header::CONTENT_TYPE, redirect, retry};
use serde::{Deserialize, de::DeserializeOwned};
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::{
    InvalidWeChatConfig, WeChatConfig,
    failure::{Failure, FailureKind},
    tls,
};

/// The largest reply to accept. WeChat's are a few hundred bytes.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// The longest failure detail to log, in characters. WeChat's errmsgs are shorter.
const MAX_DETAIL_CHARS: usize = 256;

/// Shorter than the idle timeouts of WeChat and of firewalls on the way: a request sent on a dead connection
/// leaves it unknown whether its code was used.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// One call.
pub(crate) struct Call<'a> {
    /// The endpoint.
    pub(crate) url: &'a Url,
    /// The query parameters, by name.
    pub(crate) query: &'a [(&'static str, &'a str)],
    /// The JSON body of a POST request. A call without one is a GET request.
    pub(crate) body: Option<String>,
    /// What must not be logged, wherever the reply repeats it.
    pub(crate) secrets: &'a [&'a str],
}

/// An HTTP client for WeChat's API, with its connection pool.
#[derive(Clone, Debug)]
pub struct Transport {
    client: Client,
}

/// A JSON reply: the endpoint's own members and a [`Status`].
pub(crate) trait Reply: DeserializeOwned {
    fn status(&self) -> &Status;
}

/// The members that any reply may have (WeChat's table of global return codes).
#[derive(Deserialize)]
pub(crate) struct Status {
    /// Absent or 0 on success.
    errcode: Option<i64>,
    // For the log only, so a value of any type is accepted.
    errmsg: Option<serde_json::Value>,
}

impl Transport {
    /// Sets up TLS, for which the system's certificates are read. That takes milliseconds. Does not connect
    /// yet.
    pub fn try_new(config: &WeChatConfig) -> Result<Self, InvalidWeChatConfig> {
        let tls = tls::client_config(&config.base_url, config.extra_roots_pem.as_deref())?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .http1_only()
            .tcp_nodelay(true)
            .connect_timeout(config.connect_timeout)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            // Only the server's configuration reads the environment.
            .no_proxy()
            .user_agent(concat!("yaoshi/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(InvalidWeChatConfig::Client)?;
        Ok(Self { client })
    }

    /// Makes a call and returns its reply. Fails unless the complete reply arrives within `limit`.
    pub(crate) async fn call<R: Reply>(&self, call: Call<'_>, limit: Duration) -> Result<R, Failure> {
        let secrets = call.secrets;
        let timed_out = |_| Failure::new(FailureKind::TimedOut, format!("no reply within {limit:?}"));
        let body = timeout(limit, self.body(call)).await.map_err(timed_out).flatten();
        body.and_then(|body| parse(&body)).map_err(|failure| redacted(failure, secrets))
    }

    async fn body(&self, call: Call<'_>) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let url = call.url.clone();
        let request = match call.body {
            None => self.client.get(url),
            Some(json) => self.client.post(url).header(CONTENT_TYPE, "application/json").body(json),
        };
        let request = request.query(call.query);
        let mut response = request.send().await.map_err(transport_failure)?;
        if response.status() != StatusCode::OK {
            let status = response.status();
            return Err(Failure::new(FailureKind::HttpStatus(status.as_u16()), status.to_string()));
        }
        let mut body = Zeroizing::new(Vec::with_capacity(expected_length(&response)));
        while let Some(chunk) = response.chunk().await.map_err(transport_failure)? {
            if body.len() + chunk.len() > MAX_BODY_BYTES {
                return Err(malformed(format!("the reply is longer than {MAX_BODY_BYTES} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// The capacity for the body. A buffer that grows would leave copies of the session_key behind.
fn expected_length(response: &Response) -> usize {
    let length = response.content_length().and_then(|length| usize::try_from(length).ok());
    length.unwrap_or(1024).min(MAX_BODY_BYTES)
}

/// Parses a reply whatever its content type: code2Session sends JSON as text/plain.
fn parse<R: Reply>(body: &[u8]) -> Result<R, Failure> {
    let reply: R = serde_json::from_slice(body).map_err(|error| {
        // The parser's message may quote the reply, which may hold a key: only its category is kept.
        malformed(format!(
            "{:?} error in the JSON at byte {} of {}",
            error.classify(),
            error.column(),
            body.len()
        ))
    })?;
    let Status { errcode, errmsg } = reply.status();
    match errcode {
        None | Some(0) => Ok(reply),
        Some(errcode) => {
            let errmsg = errmsg.as_ref().and_then(|errmsg| errmsg.as_str()).unwrap_or_default();
            Err(Failure::new(FailureKind::Errcode(*errcode), errmsg))
        }
    }
}

pub(crate) fn malformed(detail: impl Into<String>) -> Failure {
    Failure::new(FailureKind::Malformed, detail)
}

fn transport_failure(error: reqwest::Error) -> Failure {
    let kind = if error.is_connect() { FailureKind::NotConnected } else { FailureKind::ConnectionLost };
    // The URL contains the secret and the code.
    let error = error.without_url();
    let causes = iter::successors(error.source(), |&cause| cause.source());
    let detail = causes.fold(error.to_string(), |detail, cause| format!("{detail}: {cause}"));
    Failure::new(kind, detail)
}

/// Makes the detail safe to log, in case the other side echoed a secret.
fn redacted(failure: Failure, secrets: &[&str]) -> Failure {
    let mut detail = failure.detail;
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        detail = detail.replace(secret, "…");
    }
    let detail = detail.chars().filter(|c| !c.is_control()).take(MAX_DETAIL_CHARS).collect();
    Failure { kind: failure.kind, detail }
}
