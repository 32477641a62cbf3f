use std::time::Duration;

/// How to call back ends.
#[derive(Clone, Debug)]
pub struct WebhookConfig {
    /// The time limit for connecting, including the TLS handshake.
    pub connect_timeout: Duration,
    /// Certificates in PEM to trust in addition to the platform's, for back ends whose certificates come from an
    /// authority of the team's own.
    pub extra_roots_pem: Option<String>,
}

impl Default for WebhookConfig {
    fn default() -> Self {
        Self { connect_timeout: Duration::from_secs(2), extra_roots_pem: None }
    }
}

/// Why a [`WebhookConfig`] is invalid.
#[derive(Debug, thiserror::Error)]
pub enum InvalidWebhookConfig {
    /// The extra certificates are not PEM certificates.
    #[error("extra_roots_pem contains no readable certificate")]
    ExtraRoots,
    /// TLS cannot be set up, for example because the platform has no trusted certificates.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[source] rustls::Error),
    /// The HTTP client cannot be set up.
    #[error("the HTTP client cannot be set up: {0}")]
    Client(#[source] reqwest::Error),
}
