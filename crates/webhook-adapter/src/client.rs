use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{
    push::{PushRelay, RelayedPush},
    time::Clock,
    webhook::{EventSender, WebhookEndpoint, WebhookFault, WebhookMessage, WebhookResponse},
};
use reqwest::{Client, RequestBuilder, header::CONTENT_TYPE, redirect, retry};
use tokio::time::timeout;
use url::{Position, Url};

use crate::{
    InvalidWebhookConfig, WebhookConfig,
    failing::Failing,
    failure::Failure,
    in_flight::InFlight,
    message::{self, Outgoing},
    resolver::{GlobalAddresses, PrivateHost, has_private_address},
    signature::signatures,
    tls,
};

/// The largest answer to accept.
const MAX_ANSWER_BYTES: usize = 8 * 1024;

/// Shorter than the idle timeouts of common servers, of which 5 seconds is a short one: a request that is sent while
/// the back end closes the connection is lost.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);

/// Posts webhooks to back ends.
pub struct WebhookClient {
    /// Connects to every address.
    to_any: Client,
    /// Connects to addresses on the Internet only. It has connections of its own, so that none to a private address
    /// is reused.
    to_global: Client,
    clock: Arc<dyn Clock>,
    in_flight: InFlight,
    failing: Failing,
}

impl WebhookClient {
    /// Sets up TLS, for which the system's certificates are read. That takes milliseconds. Does not connect yet.
    /// Requests are signed with the time of `clock`.
    pub fn try_new(config: &WebhookConfig, clock: Arc<dyn Clock>) -> Result<Self, InvalidWebhookConfig> {
        let tls = tls::client_config(config.extra_roots_pem.as_deref())?;
        let builder = || {
            Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .http1_only()
                .tcp_nodelay(true)
                .connect_timeout(config.connect_timeout)
                .pool_idle_timeout(IDLE_TIMEOUT)
                .redirect(redirect::Policy::none())
                .retry(retry::never())
                .referer(false)
                // A proxy would resolve the host by itself.
                .no_proxy()
                .user_agent(concat!("yaoshi/", env!("CARGO_PKG_VERSION")))
        };
        let to_any = builder().build().map_err(InvalidWebhookConfig::Client)?;
        let to_global =
            builder().dns_resolver(GlobalAddresses).build().map_err(InvalidWebhookConfig::Client)?;
        Ok(Self { to_any, to_global, clock, in_flight: InFlight::default(), failing: Failing::default() })
    }

    /// Posts `message`, and logs when an endpoint begins to fail, and when it answers again.
    async fn post(
        &self,
        endpoint: &WebhookEndpoint,
        message: Result<Outgoing, serde_json::Error>,
        limit: Duration,
    ) -> Result<WebhookResponse, WebhookFault> {
        let Ok(url) = Url::parse(endpoint.url.as_str()) else {
            tracing::warn!("the address of a back end is not valid");
            return Err(WebhookFault::NotConnected);
        };
        let id = message.as_ref().ok().map(|message| message.id.clone());
        let result = match message {
            Ok(message) => self.try_post(&url, endpoint, message, limit).await,
            Err(error) => Err(not_json(&error)),
        };
        // Path and query may contain secrets.
        let host = &url[Position::BeforeHost..Position::AfterPort];
        match result {
            Ok(response) => {
                if self.failing.ends(&endpoint.url) {
                    tracing::info!(host, "webhooks are answered again");
                }
                Ok(response)
            }
            // The detail goes no further than this adapter.
            Err(Failure { fault, detail }) => {
                if self.failing.begins(&endpoint.url) {
                    tracing::warn!(message_id = id, host, %fault, detail, "webhooks fail");
                } else {
                    tracing::debug!(message_id = id, host, %fault, detail, "another webhook failed");
                }
                Err(fault)
            }
        }
    }

    async fn try_post(
        &self,
        url: &Url,
        endpoint: &WebhookEndpoint,
        message: Outgoing,
        limit: Duration,
    ) -> Result<WebhookResponse, Failure> {
        let Some(_permit) = self.in_flight.permit(&endpoint.url) else {
            return Err(Failure::new(WebhookFault::Busy, "too many requests are on their way"));
        };
        if !endpoint.allows_private && has_private_address(url) {
            return Err(PrivateHost.into());
        }
        let request = self.request(url, endpoint, message);
        let timed_out = |_| Failure::new(WebhookFault::TimedOut, format!("no answer within {limit:?}"));
        timeout(limit, answer(request)).await.map_err(timed_out).flatten()
    }

    fn request(&self, url: &Url, endpoint: &WebhookEndpoint, message: Outgoing) -> RequestBuilder {
        let Outgoing { id, body } = message;
        let timestamp = self.clock.now().as_millis().div_euclid(1000).to_string();
        let signatures = signatures(&endpoint.secrets, &id, &timestamp, &body);
        let client = if endpoint.allows_private { &self.to_any } else { &self.to_global };
        let request = client
            .post(url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signatures);
        request.body(body)
    }
}

/// The ports promise JSON. Where that is broken, nothing can be sent.
fn not_json(error: &serde_json::Error) -> Failure {
    let category = error.classify();
    Failure::new(WebhookFault::NotConnected, format!("the message is not JSON: {category:?} error"))
}

/// Sends a request and reads the whole answer.
async fn answer(request: RequestBuilder) -> Result<WebhookResponse, Failure> {
    let mut response = request.send().await?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            let detail = format!("the answer is longer than {MAX_ANSWER_BYTES} bytes");
            return Err(Failure::new(WebhookFault::Unreadable, detail));
        }
        body.extend_from_slice(&chunk);
    }
    let body = str::from_utf8(&body)
        .map_err(|_| Failure::new(WebhookFault::Unreadable, "the answer is not UTF-8"))?;
    Ok(WebhookResponse { status: response.status().as_u16(), body: body.trim().to_owned() })
}

#[async_trait]
impl PushRelay for WebhookClient {
    async fn relay<'a>(
        &self,
        endpoint: &WebhookEndpoint,
        push: &RelayedPush<'a>,
        limit: Duration,
    ) -> Result<WebhookResponse, WebhookFault> {
        self.post(endpoint, message::of_push(push), limit).await
    }
}

#[async_trait]
impl EventSender for WebhookClient {
    async fn send<'a>(
        &self,
        endpoint: &WebhookEndpoint,
        message: &WebhookMessage<'a>,
        limit: Duration,
    ) -> Result<WebhookResponse, WebhookFault> {
        self.post(endpoint, message::of_message(message), limit).await
    }
}
