//! The TLS configuration: ring, and the platform's trusted certificates.

use std::sync::Arc;

use rustls::{
    ClientConfig,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};
use rustls_platform_verifier::Verifier;

use crate::InvalidWebhookConfig;

/// The TLS configuration, which trusts `extra_roots_pem`, too.
pub(crate) fn client_config(extra_roots_pem: Option<&str>) -> Result<ClientConfig, InvalidWebhookConfig> {
    let roots = extra_roots_pem.map(roots).transpose()?.unwrap_or_default();
    let provider = Arc::new(ring::default_provider());
    let verifier =
        Verifier::new_with_extra_roots(roots, provider.clone()).map_err(InvalidWebhookConfig::Tls)?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(InvalidWebhookConfig::Tls)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn roots(pem: &str) -> Result<Vec<CertificateDer<'static>>, InvalidWebhookConfig> {
    let roots: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    roots.ok().filter(|roots| !roots.is_empty()).ok_or(InvalidWebhookConfig::ExtraRoots)
}
