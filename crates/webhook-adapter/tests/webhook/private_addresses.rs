//! Back ends in the server's own network.

use domain::webhook::{WebhookEndpoint, WebhookFault};

use crate::back_end::{BackEnd, Reply, client, endpoint, relay};

/// The ways to write the loopback address.
const LOOPBACK: [&str; 8] = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.1",
    "[::ffff:127.0.0.1]",
    "localhost",
    "LOCALHOST",
    "%6cocalhost",
];

#[tokio::test]
async fn private_addresses_are_not_connected_to() {
    let back_end = BackEnd::start(Reply::body("")).await;
    for scheme in ["http", "https"] {
        for host in LOOPBACK {
            let url = format!("{scheme}://{host}:{}/", back_end.address.port());
            let endpoint = WebhookEndpoint { allows_private: false, ..endpoint(&url) };
            assert_eq!(relay(&client(), &endpoint).await, Err(WebhookFault::PrivateAddress), "{url}");
        }
    }
    assert_eq!(back_end.connection_count(), 0);
}

/// An endpoint that may not have a private address does not use the connection of one that may, either.
#[tokio::test]
async fn private_addresses_are_connected_to_where_that_is_allowed() {
    let back_end = BackEnd::start(Reply::body("")).await;
    let (client, port) = (client(), back_end.address.port());
    for (count, host) in LOOPBACK.into_iter().enumerate() {
        let allowed = endpoint(&format!("http://{host}:{port}/"));
        let refused = WebhookEndpoint { allows_private: false, ..allowed.clone() };
        assert!(relay(&client, &allowed).await.is_ok(), "{host}");
        assert_eq!(relay(&client, &refused).await, Err(WebhookFault::PrivateAddress), "{host}");
        assert_eq!(back_end.requests().len(), count + 1, "{host}");
    }
}

#[tokio::test]
async fn private_addresses_of_ipv6_are_not_connected_to() {
    for host in ["[::1]", "[::]", "[fd00:ec2::254]", "[fe80::1]", "[64:ff9b::7f00:1]"] {
        let endpoint = WebhookEndpoint { allows_private: false, ..endpoint(&format!("http://{host}/")) };
        assert_eq!(relay(&client(), &endpoint).await, Err(WebhookFault::PrivateAddress), "{host}");
    }
}

#[tokio::test]
async fn an_unknown_host_has_no_private_address() {
    let endpoint = WebhookEndpoint { allows_private: false, ..endpoint("http://no-such-host.invalid") };
    assert_eq!(relay(&client(), &endpoint).await, Err(WebhookFault::NotConnected));
}
