//! TLS with ring, over HTTP/1.1.

use std::sync::Arc;

use domain::webhook::{WebhookFault, WebhookResponse};
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
use webhook_adapter::{InvalidWebhookConfig, WebhookConfig};

use crate::back_end::{client_with, endpoint, relay, try_client};

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

/// Answers over TLS with the protocol that was negotiated. Returns the port.
async fn serve(credentials: ServerConfig) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let acceptor = TlsAcceptor::from(Arc::new(credentials));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            respond(&acceptor, stream).await;
        }
    });
    port
}

async fn respond(acceptor: &TlsAcceptor, stream: TcpStream) {
    // The handshake fails if the client does not trust the certificate.
    let Ok(mut stream) = acceptor.accept(stream).await else { return };
    let protocol = String::from_utf8(stream.get_ref().1.alpn_protocol().unwrap().to_vec()).unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let length = protocol.len();
    let answer =
        format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{protocol}");
    stream.write_all(answer.as_bytes()).await.unwrap();
    let _ = stream.shutdown().await;
}

fn with_roots(extra_roots_pem: Option<String>) -> WebhookConfig {
    WebhookConfig { extra_roots_pem, ..WebhookConfig::default() }
}

#[tokio::test]
async fn a_certificate_from_an_extra_root_is_trusted() {
    let Credentials { root_pem, server } = credentials();
    let url = format!("https://localhost:{}", serve(server).await);
    let answer = relay(&client_with(&with_roots(Some(root_pem))), &endpoint(&url)).await;
    assert_eq!(answer, Ok(WebhookResponse { status: 200, body: "http/1.1".to_owned() }));
}

#[tokio::test]
async fn a_certificate_from_an_unknown_root_is_not_trusted() {
    let url = format!("https://localhost:{}", serve(credentials().server).await);
    for roots in [None, Some(credentials().root_pem)] {
        let answer = relay(&client_with(&with_roots(roots)), &endpoint(&url)).await;
        assert_eq!(answer, Err(WebhookFault::NotConnected));
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not_trusted() {
    let Credentials { root_pem, server } = credentials();
    let url = format!("https://127.0.0.1:{}", serve(server).await);
    let answer = relay(&client_with(&with_roots(Some(root_pem))), &endpoint(&url)).await;
    assert_eq!(answer, Err(WebhookFault::NotConnected));
}

#[test]
fn roots_that_are_no_certificates_are_refused() {
    let broken = "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n";
    for pem in ["", "no certificate", broken] {
        let error = try_client(&with_roots(Some(pem.to_owned()))).err();
        assert!(matches!(error, Some(InvalidWebhookConfig::ExtraRoots)), "{pem}");
    }
}
