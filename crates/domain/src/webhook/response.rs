use crate::text::named;

/// What a back end answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookResponse {
    /// The status. One of a redirect is not followed.
    pub status: u16,
    /// The body, without spaces at either end.
    pub body: String,
}

impl WebhookResponse {
    /// Whether the request was taken.
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }
}

named! {
    /// Why there is no answer.
    #[derive(thiserror::Error)]
    #[error("{}", self.as_str())]
    WebhookFault {
        /// The host is unknown, nobody listens there, or TLS failed.
        NotConnected = "not_connected",
        /// The host has an address of this machine or a private network only, and the endpoint may not have one.
        PrivateAddress = "private_address",
        /// There was no whole answer in time.
        TimedOut = "timed_out",
        /// The connection was lost before the answer was whole. The back end may have done what it was asked.
        ConnectionLost = "connection_lost",
        /// The answer has more than 8 KiB, or is no UTF-8.
        Unreadable = "unreadable",
        /// Too many requests to the endpoint are on their way: this one was not sent.
        Busy = "busy",
    }
}

/// How a request to a back end ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookOutcome {
    /// With an answer of this status.
    Status(u16),
    /// Without an answer.
    Fault(WebhookFault),
}

impl WebhookOutcome {
    /// Its name in the store and for operators: the status, or the name of the fault.
    pub fn name(self) -> String {
        match self {
            Self::Status(status) => status.to_string(),
            Self::Fault(fault) => fault.as_str().to_owned(),
        }
    }

    /// The outcome with this name.
    pub fn read(name: &str) -> Result<Self, UnknownOutcome> {
        let fault = || WebhookFault::ALL.iter().find(|fault| fault.as_str() == name);
        let outcome = name.parse().ok().map(Self::Status).or_else(|| fault().copied().map(Self::Fault));
        outcome.ok_or(UnknownOutcome)
    }
}

/// No request ends so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is neither a status nor the name of a fault")]
pub struct UnknownOutcome;

impl From<&Result<WebhookResponse, WebhookFault>> for WebhookOutcome {
    fn from(result: &Result<WebhookResponse, WebhookFault>) -> Self {
        match result {
            Ok(response) => Self::Status(response.status),
            Err(fault) => Self::Fault(*fault),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_found_by_its_name() {
        let faults = WebhookFault::ALL.iter().copied().map(WebhookOutcome::Fault);
        for outcome in faults.chain([200, 503].map(WebhookOutcome::Status)) {
            assert_eq!(WebhookOutcome::read(&outcome.name()), Ok(outcome));
        }
        assert_eq!(WebhookOutcome::read("200 OK"), Err(UnknownOutcome));
    }
}
