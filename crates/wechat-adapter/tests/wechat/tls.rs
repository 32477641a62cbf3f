//! TLS with ring, over HTTP/1.1.

use std::sync::Arc;

use domain::{
    login::ExchangeError,
    wechat::{CallError, Trouble},
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;
use wechat_adapter::{WeChat, WeChatConfig};

use crate::mock_server::{APP, SECRET, SUCCESS, exchange, gateway};

/// A certificate authority's root and a server configuration with a certificate from it.
struct Credentials {
    root_pem: String,
    server: ServerConfig,
}

fn credentials() -> Credentials {
    let mut root = CertificateParams::new(Vec::new()).unwrap();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = CertifiedIssuer::self_signed(root, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &root).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)
        .unwrap();
    // The server prefers HTTP/2, so that the negotiated protocol shows what the client offers.
    server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Credentials { root_pem: root.pem(), server }
}

/// Closes the first `hang_ups` connections, then serves `body` over TLS. Returns the base URL.
async fn serve(credentials: ServerConfig, hang_ups: usize, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = TlsAcceptor::from(Arc::new(credentials));
    tokio::spawn(async move {
        for _ in 0..hang_ups {
            drop(listener.accept().await);
        }
        while let Ok((stream, _)) = listener.accept().await {
            respond(&acceptor, stream, body).await;
        }
    });
    format!("https://localhost:{port}")
}

async fn respond(acceptor: &TlsAcceptor, stream: TcpStream, body: &str) {
    // The handshake fails if the client does not trust the certificate.
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"http/1.1".as_slice()));
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let length = body.len();
    let response = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    stream.write_all(response.as_bytes()).await.unwrap();
    let _ = stream.shutdown().await;
}

fn wechat(base_url: &str, extra_roots_pem: Option<String>) -> WeChat {
    let apps = vec![(APP.parse().unwrap(), SECRET.parse().unwrap())];
    let base_url = base_url.parse().unwrap();
    gateway(WeChatConfig { base_url, extra_roots_pem, ..WeChatConfig::new(apps) })
}

#[tokio::test]
async fn a_certificate_from_an_extra_root_is_trusted() {
    let Credentials { root_pem, server } = credentials();
    let base_url = serve(server, 0, SUCCESS).await;
    exchange(&wechat(&base_url, Some(root_pem))).await.expect("the root is trusted");
}

#[tokio::test]
async fn a_certificate_from_an_unknown_root_is_not_trusted() {
    let base_url = serve(credentials().server, 0, SUCCESS).await;
    let unrelated = credentials().root_pem;
    for roots in [None, Some(unrelated)] {
        let result = exchange(&wechat(&base_url, roots)).await;
        assert_eq!(result, Err(CallError::Unavailable(Trouble::Unreachable).into()));
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not_trusted() {
    let Credentials { root_pem, server } = credentials();
    let base_url = serve(server, 0, SUCCESS).await.replace("localhost", "127.0.0.1");
    let result = exchange(&wechat(&base_url, Some(root_pem))).await;
    assert_eq!(result, Err(CallError::Unavailable(Trouble::Unreachable).into()));
}

/// Without a connection nothing was sent, so this exchange did not use the code.
#[tokio::test]
async fn a_used_code_after_a_failed_handshake_is_not_a_lost_reply() {
    let Credentials { root_pem, server } = credentials();
    let base_url = serve(server, 1, r#"{"errcode":40163,"errmsg":"code been used"}"#).await;
    let result = exchange(&wechat(&base_url, Some(root_pem))).await;
    assert_eq!(result, Err(ExchangeError::CodeUsed));
}
