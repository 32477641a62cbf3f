use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::text::{InvalidText, is_visible_ascii, text};

/// What every secret begins with.
const PREFIX: &str = "whsec_";

text! {
    /// The address of a back end.
    WebhookUrl, "an address that begins with https:// or http://, without a user name and a fragment",
    "以 https:// 或 http:// 开头的地址，不含用户名和片段", |text| is_visible_ascii(text, 2_048) && is_url(text)
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        !authority.is_empty() && !authority.contains('@') && !rest.contains(['#', '\\'])
    })
}

impl WebhookUrl {
    /// The host, with the port if there is one.
    pub fn host(&self) -> &str {
        let rest = self.as_str().split_once("://").map_or("", |(_, rest)| rest);
        rest.split(['/', '?']).next().unwrap_or_default()
    }

    /// Whether requests to it are sent without TLS.
    pub fn is_insecure(&self) -> bool {
        !self.as_str().starts_with("https://")
    }
}

/// What requests to a back end are signed with: 24 to 64 bytes, written as `whsec_` and base64.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct WebhookSecret(Vec<u8>);

impl WebhookSecret {
    /// A secret of these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes.to_vec())
    }

    /// The bytes.
    pub fn expose_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text.
    pub fn expose_text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", STANDARD.encode(&self.0)))
    }
}

impl FromStr for WebhookSecret {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text.strip_prefix(PREFIX).and_then(|base64| STANDARD.decode(base64).ok()).map(Self);
        bytes.filter(|secret| (24..=64).contains(&secret.0.len())).ok_or(InvalidText::new(
            "`whsec_` and the base64 of 24 to 64 bytes",
            "`whsec_` 加 24 到 64 个字节的 base64",
        ))
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

/// A back end that is sent webhooks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookEndpoint {
    /// Where it listens.
    pub url: WebhookUrl,
    /// What requests are signed with: each makes a signature, so that a receiver may know one of them only.
    pub secrets: Vec<WebhookSecret>,
    /// Whether it may have an address of this machine or a private network.
    pub allows_private: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_host_and_no_user() {
        for text in ["https://shop.example.org/wechat?a=b@c", "http://[::1]:8080", "http://10.0.0.1/"] {
            assert!(text.parse::<WebhookUrl>().is_ok(), "{text}");
        }
        for text in [
            "",
            "shop.example.org",
            "ftp://shop.example.org",
            "https://",
            "https:///path",
            "https://me:secret@shop.example.org",
            "https://shop.example.org/#part",
            "https://shop.example.org\\@other.example.org",
            "https://shop.example.org/a b",
        ] {
            assert!(text.parse::<WebhookUrl>().is_err(), "{text}");
        }
        for (url, host) in [
            ("https://shop.example.org/wechat?a=b", "shop.example.org"),
            ("http://[::1]:8080", "[::1]:8080"),
            ("https://a.test?b", "a.test"),
        ] {
            assert_eq!(url.parse::<WebhookUrl>().unwrap().host(), host);
        }
        assert!("http://10.0.0.1/".parse::<WebhookUrl>().unwrap().is_insecure());
        assert!(!"https://10.0.0.1/".parse::<WebhookUrl>().unwrap().is_insecure());
    }

    #[test]
    fn a_secret_has_enough_bytes_and_says_nothing() {
        let text = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let secret: WebhookSecret = text.parse().unwrap();
        assert_eq!(secret.expose_bytes().len(), 24);
        assert_eq!(*secret.expose_text(), text);
        assert_eq!(format!("{secret:?}"), "WebhookSecret(…)");
        let long = format!("{PREFIX}{}", STANDARD.encode([7; 64]));
        assert!(long.parse::<WebhookSecret>().is_ok());
        for text in [
            "",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_",
            "whsec_c2hvcnQ=",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
            &format!("{PREFIX}{}", STANDARD.encode([7; 65])),
        ] {
            assert!(text.parse::<WebhookSecret>().is_err(), "{text}");
        }
    }
}
