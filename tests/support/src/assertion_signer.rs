use std::sync::atomic::{AtomicU8, Ordering};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    assertion::{Assertion, AssertionSigner, Claims, KeyPair, PrivateKey, PublicKey, SigningKeyId},
    sealing::SealError,
    time::Timestamp,
};
use serde_json::{Value, json};

/// Signs with the key itself: whoever sees an assertion can sign others. Keys count up.
#[derive(Debug, Default)]
pub struct PlainAssertionSigner(AtomicU8);

/// How every private key begins.
const PREFIX: &[u8] = b"key ";

impl AssertionSigner for PlainAssertionSigner {
    fn generate(&self) -> Result<KeyPair, SealError> {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        let private = PrivateKey::new([PREFIX, &[number]].concat().into());
        Ok(KeyPair { private, public: PublicKey { x: [number; 32], y: [number; 32] } })
    }

    fn sign(&self, id: SigningKeyId, key: &PrivateKey, claims: &Claims) -> Result<Assertion, SealError> {
        if !key.expose().starts_with(PREFIX) {
            return Err(SealError::Broken);
        }
        let seconds = |moment: Timestamp| moment.as_millis() / 1_000;
        let mut payload = json!({
            "iss": claims.issuer.as_str(),
            "sub": claims.user_id.to_string(),
            "sid": claims.session_id.to_string(),
            "app_id": claims.identity.app_id.as_str(),
            "openid": claims.identity.openid.as_str(),
            "iat": seconds(claims.issued_at),
            "exp": seconds(claims.expires_at),
        });
        if let Some(audience) = &claims.audience {
            payload["aud"] = Value::from(audience.as_str());
        }
        let header = json!({ "alg": "none", "typ": "JWT", "kid": id.to_string() });
        let [header, payload] = [header, payload].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        Ok(Assertion::new(format!("{header}.{payload}.{}", URL_SAFE_NO_PAD.encode(key.expose()))))
    }
}
