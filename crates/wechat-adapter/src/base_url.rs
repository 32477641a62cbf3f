use std::{fmt, net::SocketAddr, str::FromStr};

use reqwest::Url;

/// The base URL of WeChat's API, or of a proxy or a simulator in its place. Its path, if any, is put before
/// the endpoints' paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// Why a text is no base URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the base URL {0}")]
pub struct InvalidBaseUrl(&'static str);

impl BaseUrl {
    /// Whether calls are sent without TLS.
    pub fn is_insecure(&self) -> bool {
        self.0.scheme() != "https"
    }

    /// The URL of the endpoint at `path`.
    pub(crate) fn endpoint(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/{path}", self.0.path().trim_end_matches('/')));
        url
    }
}

impl Default for BaseUrl {
    /// WeChat's own API.
    #[expect(clippy::expect_used, reason = "the text is a constant")]
    fn default() -> Self {
        "https://api.weixin.qq.com".parse().expect("it is a base URL")
    }
}

impl From<SocketAddr> for BaseUrl {
    /// A simulator at this address, without TLS.
    #[expect(clippy::expect_used, reason = "an address is a valid host and port")]
    fn from(address: SocketAddr) -> Self {
        format!("http://{address}").parse().expect("it is a base URL")
    }
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(text: &str) -> Result<Self, InvalidBaseUrl> {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let rest = rest.ok_or(InvalidBaseUrl("must begin with https:// or http://"))?;
        // The parser would drop spaces and additional slashes.
        if rest.starts_with(['/', '\\']) || !rest.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidBaseUrl("is not a URL"));
        }
        let url = Url::parse(text).map_err(|_| InvalidBaseUrl("is not a URL"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidBaseUrl("must not contain a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidBaseUrl("must not have a query or a fragment"));
        }
        Ok(Self(url))
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_base_url_is_rejected_with_the_reason() {
        for (text, expected) in [
            ("weixin", "the base URL must begin with https:// or http://"),
            ("ftp://api.weixin.qq.com", "the base URL must begin with https:// or http://"),
            ("https://", "the base URL is not a URL"),
            ("https:///api.weixin.qq.com", "the base URL is not a URL"),
            ("https://\\\\api.weixin.qq.com", "the base URL is not a URL"),
            ("https://:443", "the base URL is not a URL"),
            ("https://api.weixin.qq.com:port", "the base URL is not a URL"),
            ("https://api.weixin .qq.com", "the base URL is not a URL"),
            ("https://me:pw@api.weixin.qq.com", "the base URL must not contain a user name or password"),
            ("https://api.weixin.qq.com?a=b", "the base URL must not have a query or a fragment"),
            ("https://api.weixin.qq.com#a", "the base URL must not have a query or a fragment"),
        ] {
            let error = text.parse::<BaseUrl>().expect_err(text);
            assert_eq!(error.to_string(), expected, "{text}");
        }
    }

    #[test]
    fn a_path_is_kept() {
        for (text, shown, endpoint) in [
            ("https://wx.test", "https://wx.test", "https://wx.test/sns/login"),
            ("https://wx.test/", "https://wx.test", "https://wx.test/sns/login"),
            ("http://wx.test:81/a/b", "http://wx.test:81/a/b", "http://wx.test:81/a/b/sns/login"),
            ("http://wx.test/a/", "http://wx.test/a", "http://wx.test/a/sns/login"),
        ] {
            let base: BaseUrl = text.parse().unwrap();
            assert_eq!((base.to_string().as_str(), base.endpoint("sns/login").as_str()), (shown, endpoint));
        }
    }

    #[test]
    fn the_default_speaks_tls_and_a_simulator_does_not() {
        assert_eq!(BaseUrl::default().to_string(), "https://api.weixin.qq.com");
        assert!(!BaseUrl::default().is_insecure());
        let simulator = BaseUrl::from(SocketAddr::from(([127, 0, 0, 1], 80)));
        assert_eq!(simulator.to_string(), "http://127.0.0.1");
        assert!(simulator.is_insecure());
    }
}
