use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    assertion::{Assertion, AssertionSigner, Audience, Claims, KeyPair, PrivateKey, PublicKey, SigningKeyId},
    sealing::SealError,
    time::Timestamp,
};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde::Serialize;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Signs JWTs with ES256 (RFC 7518, 3.4): ECDSA on the curve P-256 with SHA-256.
#[derive(Debug)]
pub struct Es256Signer {
    random: SystemRandom,
}

impl Es256Signer {
    /// A signer.
    #[expect(clippy::new_without_default, reason = "it has no default state, only randomness")]
    pub fn new() -> Self {
        Self { random: SystemRandom::new() }
    }

    fn open(&self, key: &PrivateKey) -> Result<EcdsaKeyPair, SealError> {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.expose(), &self.random)
            .map_err(|_| SealError::Broken)
    }
}

/// The header of a JWT.
#[derive(Serialize)]
struct Header {
    alg: &'static str,
    typ: &'static str,
    kid: Uuid,
}

/// The payload of a JWT. Times are in seconds.
#[derive(Serialize)]
struct Payload<'a> {
    iss: &'a str,
    sub: Uuid,
    sid: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<&'a str>,
    app_id: &'a str,
    openid: &'a str,
    iat: i64,
    exp: i64,
}

impl<'a> From<&'a Claims> for Payload<'a> {
    fn from(claims: &'a Claims) -> Self {
        Self {
            iss: claims.issuer.as_str(),
            sub: claims.user_id.as_uuid(),
            sid: claims.session_id.as_uuid(),
            aud: claims.audience.as_ref().map(Audience::as_str),
            app_id: claims.identity.app_id.as_str(),
            openid: claims.identity.openid.as_str(),
            iat: seconds(claims.issued_at),
            exp: seconds(claims.expires_at),
        }
    }
}

impl AssertionSigner for Es256Signer {
    fn generate(&self) -> Result<KeyPair, SealError> {
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &self.random)
            .map_err(|_| SealError::NoRandomness)?;
        let private = PrivateKey::new(Zeroizing::new(pkcs8.as_ref().to_vec()));
        let pair = self.open(&private)?;
        // An uncompressed point: 4, x and y.
        let point = pair.public_key().as_ref().split_first_chunk::<33>();
        let (head, y) = point.ok_or(SealError::Broken)?;
        let coordinate = |bytes: &[u8]| bytes.try_into().map_err(|_| SealError::Broken);
        Ok(KeyPair { public: PublicKey { x: coordinate(&head[1..])?, y: coordinate(y)? }, private })
    }

    fn sign(&self, id: SigningKeyId, key: &PrivateKey, claims: &Claims) -> Result<Assertion, SealError> {
        let pair = self.open(key)?;
        let header = Header { alg: "ES256", typ: "JWT", kid: id.as_uuid() };
        let signed = format!("{}.{}", encoded(&header), encoded(&Payload::from(claims)));
        let signature = pair.sign(&self.random, signed.as_bytes()).map_err(|_| SealError::NoRandomness)?;
        Ok(Assertion::new(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))))
    }
}

#[expect(clippy::expect_used, reason = "structs of texts and numbers have a JSON form")]
fn encoded(part: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(part).expect("it has a JSON form"))
}

const fn seconds(moment: Timestamp) -> i64 {
    moment.as_millis().div_euclid(1_000)
}
