//! One call to WeChat's API: a query, answered by JSON.

use std::{error::Error, iter, time::Duration};

use reqwest::{Client, Response, StatusCode, Url, redirect, retry};
use serde::{Deserialize, de::DeserializeOwned};
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::{
    InvalidWeChatConfig, WeChatConfig,
    failure::{Failure, FailureKind},
    tls,
};

/// WeChat's answers are a few hundred bytes; what is longer is not one of them.
const LONGEST_BODY: usize = 64 * 1024;

/// How much of an errmsg is worth logging. Those seen are shorter.
const LONGEST_DETAIL: usize = 256;

/// An idle connection is given up before WeChat or a firewall between forgets it: a request that meets a
/// dead connection would leave its code in doubt.
const LONGEST_IDLE: Duration = Duration::from_secs(30);

/// The parameters that may be shown. All others are secrets.
const PUBLIC_PARAMETERS: [&str; 2] = ["appid", "grant_type"];

/// The query of a call.
pub(crate) type Query<'a> = [(&'static str, &'a str)];

/// WeChat's API, over pooled connections.
pub(crate) struct Api {
    client: Client,
    base: Url,
}

/// A JSON reply: the endpoint's own members and a [`Status`].
pub(crate) trait Reply: DeserializeOwned {
    fn status(&self) -> &Status;
}

/// The members that any reply may have (WeChat's table of global return codes).
#[derive(Deserialize)]
pub(crate) struct Status {
    errcode: Option<i64>,
    // Free text by promise, so whatever stands there is no reason to refuse the answer.
    errmsg: Option<serde_json::Value>,
}

impl Api {
    pub(crate) fn try_new(config: &WeChatConfig) -> Result<Self, InvalidWeChatConfig> {
        let base = config.base()?;
        let tls = tls::client_config(&base, config.extra_roots_pem.as_deref())?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .http1_only()
            .tcp_nodelay(true)
            .connect_timeout(config.connect_timeout)
            .pool_idle_timeout(LONGEST_IDLE)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            // The environment is read by the server's configuration, and nowhere else.
            .no_proxy()
            .user_agent(concat!("yaoshi/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(InvalidWeChatConfig::Client)?;
        Ok(Self { client, base })
    }

    /// The address of the endpoint at `path`.
    pub(crate) fn endpoint(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}/{path}", self.base.path().trim_end_matches('/')));
        url
    }

    /// Asks `endpoint`, and answers with the result if it comes whole `within` this time.
    pub(crate) async fn get<R: Reply>(
        &self,
        endpoint: &Url,
        query: &Query<'_>,
        within: Duration,
    ) -> Result<R, Failure> {
        let late = |_| Failure::new(FailureKind::TimedOut, format!("no answer within {within:?}"));
        let body = timeout(within, self.body(endpoint, query)).await.map_err(late).flatten();
        body.and_then(|body| parse(&body)).map_err(|failure| redacted(failure, query))
    }

    async fn body(&self, endpoint: &Url, query: &Query<'_>) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let request = self.client.get(endpoint.clone()).query(query);
        let mut response = request.send().await.map_err(transport_failure)?;
        if response.status() != StatusCode::OK {
            let status = response.status();
            return Err(Failure::new(FailureKind::HttpStatus(status.as_u16()), status.to_string()));
        }
        let mut body = Zeroizing::new(Vec::with_capacity(announced_length(&response)));
        while let Some(chunk) = response.chunk().await.map_err(transport_failure)? {
            if body.len() + chunk.len() > LONGEST_BODY {
                return Err(malformed(format!("the answer is longer than {LONGEST_BODY} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// The length to expect, so that a body with a key in it is not moved while it grows.
fn announced_length(response: &Response) -> usize {
    let length = response.content_length().and_then(|length| usize::try_from(length).ok());
    length.unwrap_or(1024).min(LONGEST_BODY)
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
    let kind = if error.is_connect() { FailureKind::NotConnected } else { FailureKind::Broken };
    // The address holds the secret and the code.
    let error = error.without_url();
    let causes = iter::successors(error.source(), |&cause| cause.source());
    let detail = causes.fold(error.to_string(), |detail, cause| format!("{detail}: {cause}"));
    Failure::new(kind, detail)
}

/// The same failure with a detail fit for a log, should anything have echoed a secret into it.
fn redacted(failure: Failure, query: &Query<'_>) -> Failure {
    let mut detail = failure.detail;
    for (_, secret) in query.iter().filter(|(name, _)| !PUBLIC_PARAMETERS.contains(name)) {
        detail = detail.replace(secret, "…");
    }
    let detail = detail.chars().filter(|c| !c.is_control()).take(LONGEST_DETAIL).collect();
    Failure { kind: failure.kind, detail }
}
