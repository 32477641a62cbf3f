//! The types of values.

use std::{
    net::SocketAddr,
    num::{NonZeroU32, NonZeroUsize},
    path::PathBuf,
    time::Duration,
};

use crypto::{IndexKey, MasterKey};
use domain::{
    app::{AppId, AppKey, AppSecret, OfferId, OpenPlatform, PhoneJoin, RegistrationMethod},
    event::EventKind,
    push::{PushAesKey, PushToken},
    service::{Scope, ServiceId, ServiceSecret},
    webhook::{WebhookName, WebhookSecret, WebhookUrl},
};
use http::Uri;
use http_api::ProxyNetwork;

/// The TOML type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Integer,
    Boolean,
}

/// The type of a value.
pub(super) trait Setting: Sized {
    const FORM: Form;
    /// Completes the error message "must be …".
    const EXPECTED: &'static str;
    /// Whether error messages must not contain the value.
    const IS_SECRET: bool = false;

    fn parse(text: &str) -> Option<Self>;

    /// The value as one writes it in the configuration.
    fn show(&self) -> String;
}

/// Implements [`Setting`] with `FromStr` and `Display`.
macro_rules! setting {
    ($type:ty, $form:ident, $expected:literal) => {
        impl Setting for $type {
            const FORM: Form = Form::$form;
            const EXPECTED: &'static str = $expected;

            fn parse(text: &str) -> Option<Self> {
                text.parse().ok()
            }

            fn show(&self) -> String {
                self.to_string()
            }
        }
    };
}

/// Implements [`Setting`] for a secret, with `FromStr`.
macro_rules! secret_setting {
    ($type:ty, $expected:literal) => {
        impl Setting for $type {
            const FORM: Form = Form::Text;
            const EXPECTED: &'static str = $expected;
            const IS_SECRET: bool = true;

            fn parse(text: &str) -> Option<Self> {
                text.parse().ok()
            }

            fn show(&self) -> String {
                "(secret)".to_owned()
            }
        }
    };
}

setting!(bool, Boolean, "true or false");
setting!(usize, Integer, "a whole number");
setting!(NonZeroU32, Integer, "a whole number from 1 to 4294967295");
setting!(NonZeroUsize, Integer, "a whole number of at least 1");
setting!(SocketAddr, Text, "an IP address and a port, such as 127.0.0.1:8080");
setting!(ProxyNetwork, Text, "an IP address or a network, such as 10.0.0.0/8");
setting!(AppId, Text, "1 to 64 visible ASCII characters");
setting!(OpenPlatform, Text, "1 to 64 visible ASCII characters");
secret_setting!(AppSecret, "1 to 128 visible ASCII characters");
setting!(OfferId, Text, "1 to 64 visible ASCII characters");
secret_setting!(AppKey, "1 to 128 visible ASCII characters");
secret_setting!(PushToken, "3 to 32 letters and digits");
secret_setting!(PushAesKey, "the 43 characters of the EncodingAESKey");
secret_setting!(
    WebhookSecret,
    "`whsec_` and the base64 of 24 to 64 bytes (`yaoshi keys new --webhook` creates one)"
);
setting!(WebhookName, Text, "1 to 64 visible ASCII characters");
setting!(ServiceId, Text, "1 to 64 visible ASCII characters without a colon");
secret_setting!(ServiceSecret, "32 to 256 visible ASCII characters (`yaoshi services new` creates one)");
secret_setting!(
    MasterKey,
    "id:key, where the key is 32 bytes in standard base64 (`yaoshi keys new` creates one)"
);

secret_setting!(IndexKey, "32 bytes in standard base64 (`yaoshi keys new --index` creates one)");

impl Setting for WebhookUrl {
    const FORM: Form = Form::Text;
    const EXPECTED: &'static str =
        "an address that begins with https:// or http://, without a user name and a fragment";

    fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        uri.host().filter(|host| !host.is_empty())?;
        text.parse().ok()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl Setting for PathBuf {
    const FORM: Form = Form::Text;
    const EXPECTED: &'static str = "a path";

    fn parse(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| text.into())
    }

    fn show(&self) -> String {
        self.display().to_string()
    }
}

/// The units of durations, longest first, with their length in milliseconds.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

impl Setting for Duration {
    const FORM: Form = Form::Text;
    const EXPECTED: &'static str =
        "a duration: a whole number and a unit (ms, s, m, h or d), such as 5s or 30d";

    fn parse(text: &str) -> Option<Self> {
        let unit_at = text.find(|character: char| !character.is_ascii_digit())?;
        let (number, unit) = text.split_at(unit_at);
        let (_, millis) = UNITS.iter().find(|(name, _)| *name == unit)?;
        number.parse::<u64>().ok()?.checked_mul(*millis).map(Self::from_millis)
    }

    fn show(&self) -> String {
        let millis = u64::try_from(self.as_millis()).unwrap_or(u64::MAX);
        let whole = UNITS.iter().find(|(_, unit)| millis >= *unit && millis.is_multiple_of(*unit));
        whole.map_or_else(|| "0s".to_owned(), |(name, unit)| format!("{}{name}", millis / unit))
    }
}

/// A duration longer than zero.
#[derive(Clone, Copy, Debug)]
pub(super) struct Positive(pub(super) Duration);

impl Setting for Positive {
    const FORM: Form = Form::Text;
    const EXPECTED: &'static str =
        "a duration longer than 0s: a whole number and a unit (ms, s, m, h or d), such as 5s or 30d";

    fn parse(text: &str) -> Option<Self> {
        Duration::parse(text).filter(|duration| !duration.is_zero()).map(Self)
    }

    fn show(&self) -> String {
        self.0.show()
    }
}

/// Implements [`Setting`] for an enum whose variants have names.
macro_rules! named_setting {
    ($type:ty, $expected:literal) => {
        impl Setting for $type {
            const FORM: Form = Form::Text;
            const EXPECTED: &'static str = $expected;

            fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|named| named.as_str() == text)
            }

            fn show(&self) -> String {
                self.as_str().to_owned()
            }
        }
    };
}

named_setting!(RegistrationMethod, "open_data, phone or silent");
named_setting!(PhoneJoin, "never or always");
named_setting!(EventKind, "a kind of event, such as registered or user_erased");
named_setting!(Scope, "introspect, users, sign or access_token");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_round_trip() {
        for (text, millis) in
            [("250ms", 250), ("5s", 5_000), ("10m", 600_000), ("36h", 129_600_000), ("30d", 2_592_000_000)]
        {
            let duration = Duration::from_millis(millis);
            assert_eq!(Duration::parse(text), Some(duration), "{text}");
            assert_eq!(duration.show(), text);
        }
        assert_eq!(Duration::parse("0s"), Some(Duration::ZERO));
        assert_eq!(Duration::ZERO.show(), "0s");
    }

    #[test]
    fn invalid_durations_are_rejected() {
        for text in ["", "5", "s", "-5s", "1.5s", "5 s", "5S", "1h30m", "99999999999999999999s", "1w"] {
            assert_eq!(Duration::parse(text), None, "{text}");
        }
    }
}
