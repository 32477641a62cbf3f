use std::{error::Error, iter};

use domain::webhook::WebhookFault;

use crate::resolver::PrivateHost;

/// A failed request.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) fault: WebhookFault,
    /// More about it for the log, without the URL and the body.
    pub(crate) detail: String,
}

impl Failure {
    pub(crate) fn new(fault: WebhookFault, detail: impl Into<String>) -> Self {
        Self { fault, detail: detail.into() }
    }
}

impl From<PrivateHost> for Failure {
    fn from(error: PrivateHost) -> Self {
        Self::new(WebhookFault::PrivateAddress, error.to_string())
    }
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        let is_connect = error.is_connect();
        // The query of the URL may contain a secret.
        let error = error.without_url();
        let causes = iter::successors(error.source(), |&cause| cause.source());
        if let Some(private) = causes.clone().find_map(|cause| cause.downcast_ref::<PrivateHost>()) {
            return (*private).into();
        }
        let fault = if is_connect { WebhookFault::NotConnected } else { WebhookFault::ConnectionLost };
        let detail = causes.fold(error.to_string(), |detail, cause| format!("{detail}: {cause}"));
        Self::new(fault, detail)
    }
}
