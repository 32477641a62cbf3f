//! `[limits]`: how many requests a client may send.

use std::time::Duration;

use http_api::{Rate, RateLimits};

use super::{
    reader::Reader,
    setting::{Form, Setting},
};

/// Reads the section. The defaults are those of [`RateLimits`].
pub(super) fn read(reader: &mut Reader) -> RateLimits {
    let mut section = reader.section("limits");
    let defaults = RateLimits::default();
    let limits = RateLimits {
        login_per_address: section.value(
            "login_per_address",
            defaults.login_per_address,
            "Logins of an address (`POST /v1/login`, `/login/`), or of one /64 network of IPv6 addresses: so many \
             at once, and evenly as many more within the duration; or `off`",
        ),
        registration_per_address: section.value(
            "registration_per_address",
            defaults.registration_per_address,
            "Registrations of an address (`POST /v1/register`, `/getinfo/`)",
        ),
        phone_per_address: section.value(
            "phone_per_address",
            defaults.phone_per_address,
            "Phone numbers that an address binds (`PUT /v1/me/phone`)",
        ),
        registration_per_identity: section.value(
            "registration_per_identity",
            defaults.registration_per_identity,
            "Registrations of a user, or of a session without one",
        ),
        phone_per_identity: section.value(
            "phone_per_identity",
            defaults.phone_per_identity,
            "Phone numbers that a user binds",
        ),
        export_per_identity: section.value(
            "export_per_identity",
            defaults.export_per_identity,
            "Exports of a user's data (`GET /v1/me/export`)",
        ),
        calls_per_service: section.value(
            "calls_per_service",
            defaults.calls_per_service,
            "Calls of a service (`/service/v1/…`, `POST /oauth/introspect`)",
        ),
    };
    section.finish();
    limits
}

/// `None` is a limit that is off.
impl Setting for Option<Rate> {
    const FORM: Form = Form::Text;
    const EXPECTED: &'static str =
        "off, or a number of requests up to 1000000 and a duration from 1s to 1d, such as 600/1m";

    fn parse(text: &str) -> Option<Self> {
        if text == "off" {
            return Some(None);
        }
        let (requests, period) = text.split_once('/')?;
        Rate::try_new(requests.parse().ok()?, Duration::parse(period)?).map(Some)
    }

    fn show(&self) -> String {
        self.map_or_else(|| "off".to_owned(), |rate| format!("{}/{}", rate.requests(), rate.period().show()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_read_back_as_they_are_written() {
        for text in ["600/1m", "1/1s", "1000000/1d", "20/10m", "off"] {
            assert_eq!(Option::<Rate>::parse(text).map(|limit| limit.show()).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_is_no_limit_is_rejected() {
        for text in
            ["", "on", "600", "600/", "/1m", "0/1m", "-1/1m", "600/0s", "600/999ms", "600/25h", "1000001/1m"]
        {
            assert_eq!(Option::<Rate>::parse(text), None, "{text}");
        }
    }
}
