//! The TLS configuration: ring, and the platform's trusted certificates.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};
use rustls_platform_verifier::Verifier;

use crate::{BaseUrl, InvalidWeChatConfig};

/// The TLS configuration for connections to `base_url`.
///
/// For a base URL without TLS, such as a simulator's, no certificates are loaded: this saves time at startup
/// and works on a machine without any.
pub(crate) fn client_config(
    base_url: &BaseUrl,
    extra_roots_pem: Option<&str>,
) -> Result<ClientConfig, InvalidWeChatConfig> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(InvalidWeChatConfig::Tls)?;
    let mut config = if base_url.is_insecure() {
        builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
    } else {
        let verifier = Verifier::new_with_extra_roots(roots(extra_roots_pem)?, provider)
            .map_err(InvalidWeChatConfig::Tls)?;
        builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn roots(pem: Option<&str>) -> Result<Vec<CertificateDer<'static>>, InvalidWeChatConfig> {
    let Some(pem) = pem else { return Ok(Vec::new()) };
    let roots: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match roots {
        Ok(roots) if !roots.is_empty() => Ok(roots),
        Ok(_) | Err(_) => Err(InvalidWeChatConfig::ExtraRoots),
    }
}
