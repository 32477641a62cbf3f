use domain::webhook::{WebhookEndpoint, WebhookSecret, WebhookUrl};

use super::{error::Origin, reader::Section};

/// The keys of a section that make an endpoint.
pub(super) struct EndpointKeys {
    pub(super) url: &'static str,
    pub(super) secret: &'static str,
    pub(super) allow_private: &'static str,
}

/// The endpoint with these values, if it may be used. `None` without an error where there is no `url`.
pub(super) fn endpoint(
    section: &mut Section<'_>,
    origin: Option<&Origin>,
    keys: &EndpointKeys,
    (url, secrets, allows_private): (Option<WebhookUrl>, Vec<WebhookSecret>, bool),
) -> Option<WebhookEndpoint> {
    let url = url?;
    if url.is_insecure() && !allows_private {
        let message = format!(
            "must begin with https://, unless {} = true: messages are signed, and not encrypted",
            keys.allow_private
        );
        section.findings.add_error(origin.cloned(), section.key(keys.url), message);
        return None;
    }
    if secrets.is_empty() {
        let key = section.key(keys.secret);
        if !section.findings.has_error_in(&key) {
            section.findings.add_error(origin.cloned(), key, "is missing: messages are signed with it");
        }
        return None;
    }
    Some(WebhookEndpoint { url, secrets, allows_private })
}
