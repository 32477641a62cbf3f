//! The HTTP client of pushes.

use std::{error::Error, iter::successors, time::Duration};

use axum::{
    body::{Body, to_bytes},
    http::{Request, header::CONTENT_TYPE},
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde::Serialize;
use tokio::time::timeout;

const MAX_ANSWER_BYTES: usize = 1024 * 1024;
/// What is kept of an answer.
const MAX_ANSWER_CHARS: usize = 4096;

/// What came of a request to an app's server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PushAnswer {
    /// The server's response.
    Response {
        /// The HTTP status.
        status: u16,
        /// The first 4,096 characters of the body.
        body: String,
    },
    /// Why there was no response: no connection, or none in time.
    Error(String),
}

/// Sends requests to apps' servers, each over a connection of its own.
pub(crate) struct PushClient {
    http: Client<HttpConnector, Body>,
    time_limit: Duration,
}

impl PushClient {
    /// A client that waits no longer than `time_limit` for a response, in real time.
    pub(crate) fn new(time_limit: Duration) -> Self {
        let http = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build_http();
        Self { http, time_limit }
    }

    pub(super) async fn get(&self, url: &str) -> PushAnswer {
        self.answer(Request::get(url).body(Body::empty()), self.time_limit).await
    }

    /// Posts a message, whose event may have a shorter time limit of its own.
    pub(super) async fn post(
        &self,
        url: &str,
        content_type: &str,
        body: String,
        own_limit: Option<Duration>,
    ) -> PushAnswer {
        let request = Request::post(url).header(CONTENT_TYPE, content_type).body(Body::from(body));
        let time_limit = own_limit.map_or(self.time_limit, |limit| limit.min(self.time_limit));
        self.answer(request, time_limit).await
    }

    async fn answer(
        &self,
        request: Result<Request<Body>, axum::http::Error>,
        time_limit: Duration,
    ) -> PushAnswer {
        let answer = async {
            let response = self.http.request(request?).await?;
            let status = response.status().as_u16();
            let body = to_bytes(Body::new(response.into_body()), MAX_ANSWER_BYTES).await?;
            let body = String::from_utf8_lossy(&body).chars().take(MAX_ANSWER_CHARS).collect();
            Ok::<_, Box<dyn Error + Send + Sync>>(PushAnswer::Response { status, body })
        };
        match timeout(time_limit, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => PushAnswer::Error(with_sources(&*error)),
            Err(_) => PushAnswer::Error(format!("no response within {time_limit:?}")),
        }
    }
}

fn with_sources(error: &(dyn Error + 'static)) -> String {
    successors(Some(error), |&error| error.source()).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
