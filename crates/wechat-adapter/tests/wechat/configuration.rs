//! Validation and defaults of the configuration.

use std::time::Duration;

use wechat_adapter::{BaseUrl, BreakerConfig, WeChatConfig};

use crate::mock_server::{APP, MockReply, MockServer, SECRET, SUCCESS, exchange, gateway, try_gateway};

fn config() -> WeChatConfig {
    WeChatConfig::new(vec![(APP.parse().unwrap(), SECRET.parse().unwrap())])
}

#[test]
fn an_invalid_value_is_rejected_with_its_name() {
    let zero = Duration::ZERO;
    let apps = [config().apps, config().apps].concat();
    let breaker = BreakerConfig { failures: 0, ..BreakerConfig::default() };
    let table = [
        (WeChatConfig { connect_timeout: zero, ..config() }, "connect_timeout must be greater than zero"),
        (WeChatConfig { total_timeout: zero, ..config() }, "total_timeout must be greater than zero"),
        (WeChatConfig { max_in_flight: 0, ..config() }, "max_in_flight must be greater than zero"),
        (WeChatConfig { breaker, ..config() }, "breaker.failures must be greater than zero"),
        (WeChatConfig { apps, ..config() }, "app wx0123456789abcdef is configured more than once"),
        (
            WeChatConfig { extra_roots_pem: Some("no certificate".to_owned()), ..config() },
            "extra_roots_pem contains no readable certificate",
        ),
    ];
    for (config, expected) in table {
        let error = try_gateway(config).expect_err(expected);
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn the_default_is_wechats_own_api() {
    let config = config();
    assert_eq!(config.base_url, BaseUrl::default());
    assert_eq!(config.connect_timeout, Duration::from_secs(2));
    assert_eq!(config.total_timeout, Duration::from_secs(5));
    try_gateway(config).expect("the platform has trusted certificates");
}

#[tokio::test]
async fn a_path_in_the_base_url_is_kept() {
    for (path, expected) in [
        ("", "/sns/jscode2session"),
        ("/", "/sns/jscode2session"),
        ("/proxy/wechat", "/proxy/wechat/sns/jscode2session"),
        ("/proxy/wechat/", "/proxy/wechat/sns/jscode2session"),
    ] {
        let server = MockServer::start([MockReply::body(SUCCESS)]).await;
        let base_url = format!("{}{path}", server.config().base_url).parse().unwrap();
        exchange(&gateway(WeChatConfig { base_url, ..server.config() })).await.unwrap();
        assert_eq!(server.paths(), [expected]);
    }
}
