//! What everything holds to that signs assertions.
//!
//! Each function is one case. The macro [`assertion_signer_suite`](crate::assertion_signer_suite) lists them
//! all.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the adapter does not hold to it"
)]

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    assertion::{Assertion, AssertionSigner, Claims, PrivateKey, SigningKeyId},
    ids::{IdentityId, SessionId, UserId},
    time::Timestamp,
};
use serde_json::{Value, json};
use uuid::Uuid;

const ID: SigningKeyId = SigningKeyId::new(Uuid::from_u128(3));

fn claims() -> Claims {
    let text = "it has the form of its type";
    Claims {
        issuer: "https://login.example.org".parse().expect(text),
        user_id: UserId::new(Uuid::from_u128(1)),
        session_id: SessionId::new(Uuid::from_u128(2)),
        audience: None,
        identity: IdentityId { app_id: "wx\"1".parse().expect(text), openid: "o😀\\".parse().expect(text) },
        issued_at: Timestamp::from_millis(1_800_000_000_999),
        expires_at: Timestamp::from_millis(1_800_000_300_001),
    }
}

fn parts(assertion: &Assertion) -> [Value; 2] {
    let parts: Vec<_> = assertion.expose().split('.').collect();
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).expect("it is base64url without padding");
    let json = |part| serde_json::from_slice(&decoded(part)).expect("it is JSON");
    let [header, payload, signature] = parts[..] else { panic!("{parts:?}") };
    assert!(!decoded(signature).is_empty());
    [json(header), json(payload)]
}

/// An assertion says what it was asked to, in whole seconds, and names its key.
pub fn an_assertion_says_its_claims(signer: &dyn AssertionSigner) {
    let key = signer.generate().expect("there is randomness");
    let [header, payload] = parts(&signer.sign(ID, &key.private, &claims()).expect("the key is whole"));
    assert_eq!(header["kid"], "00000000-0000-0000-0000-000000000003");
    assert_eq!(header["typ"], "JWT");
    let expected = json!({
        "iss": "https://login.example.org",
        "sub": "00000000-0000-0000-0000-000000000001",
        "sid": "00000000-0000-0000-0000-000000000002",
        "app_id": "wx\"1",
        "openid": "o😀\\",
        "iat": 1_800_000_000,
        "exp": 1_800_000_300,
    });
    assert_eq!(payload, expected);
}

/// An audience is named only where there is one.
pub fn an_audience_is_named(signer: &dyn AssertionSigner) {
    let key = signer.generate().expect("there is randomness");
    let audience = Some("orders".parse().expect("it is an audience"));
    let claims = Claims { audience, ..claims() };
    let [_, payload] = parts(&signer.sign(ID, &key.private, &claims).expect("the key is whole"));
    assert_eq!(payload["aud"], "orders");
}

/// Every key is another, and so is what it signs.
pub fn every_key_is_another(signer: &dyn AssertionSigner) {
    let [one, other] = [(); 2].map(|()| signer.generate().expect("there is randomness"));
    assert_ne!(one.private.expose(), other.private.expose());
    assert_ne!(one.public, other.public);
    let [one, other] =
        [one, other].map(|key| signer.sign(ID, &key.private, &claims()).expect("the key is whole"));
    assert_eq!(parts(&one), parts(&other));
    assert_ne!(one, other);
}

/// What is no key signs nothing.
pub fn what_is_no_key_signs_nothing(signer: &dyn AssertionSigner) {
    let no_key = PrivateKey::new(b"no key".to_vec().into());
    assert!(signer.sign(ID, &no_key, &claims()).is_err());
}

/// Runs every case of [`assertion_signer`](crate::assertion_signer) on the adapter that the expression makes.
#[macro_export]
macro_rules! assertion_signer_suite {
    ($signer:expr) => {
        $crate::cases!(assertion_signer($signer):
            an_assertion_says_its_claims,
            an_audience_is_named,
            every_key_is_another,
            what_is_no_key_signs_nothing,
        );
    };
}
