use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use crypto::Es256Signer;
use domain::{
    assertion::{Assertion, AssertionSigner, Claims, PublicKey, SigningKeyId},
    ids::{IdentityId, SessionId, UserId},
    time::Timestamp,
};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::{Value, json};
use uuid::Uuid;

fn assertion(signer: &Es256Signer) -> (PublicKey, Assertion) {
    let claims = Claims {
        issuer: "https://login.example.org".parse().unwrap(),
        user_id: UserId::new(Uuid::from_u128(1)),
        session_id: SessionId::new(Uuid::from_u128(2)),
        audience: None,
        identity: IdentityId { app_id: "wx1".parse().unwrap(), openid: "o1".parse().unwrap() },
        issued_at: Timestamp::from_millis(1_800_000_000_000),
        expires_at: Timestamp::from_millis(1_800_000_300_000),
    };
    let pair = signer.generate().unwrap();
    let id = SigningKeyId::new(Uuid::from_u128(3));
    (pair.public, signer.sign(id, &pair.private, &claims).unwrap())
}

fn is_signed_by(key: &PublicKey, text: &str) -> bool {
    let (signed, signature) = text.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let point = [&[4][..], &key.x, &key.y].concat();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed.as_bytes(), &signature).is_ok()
}

#[test]
fn the_published_half_of_a_key_verifies_what_it_signed() {
    let signer = Es256Signer::new();
    for _ in 0..50 {
        let (key, assertion) = assertion(&signer);
        assert!(is_signed_by(&key, assertion.expose()));
        let (other, _) = self::assertion(&signer);
        assert!(!is_signed_by(&other, assertion.expose()));
    }
}

#[test]
fn an_assertion_says_who_signed_it_and_what_for() {
    let (_, assertion) = assertion(&Es256Signer::new());
    let parts: Vec<&str> = assertion.expose().split('.').collect();
    let [header, claims, _] = *parts else { panic!("{} parts", parts.len()) };
    let decoded = |part| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    assert_eq!(decoded(header), json!({ "alg": "ES256", "typ": "JWT", "kid": Uuid::from_u128(3) }));
    let expected = json!({
        "iss": "https://login.example.org",
        "sub": Uuid::from_u128(1),
        "sid": Uuid::from_u128(2),
        "app_id": "wx1",
        "openid": "o1",
        "iat": 1_800_000_000,
        "exp": 1_800_000_300,
    });
    assert_eq!(decoded(claims), expected);
}

#[test]
fn an_altered_assertion_is_not_verified() {
    let signer = Es256Signer::new();
    let (key, assertion) = assertion(&signer);
    let text = assertion.expose();
    let end = text.rfind('.').unwrap();
    for place in (0..end).step_by(7) {
        let other = if &text[place..=place] == "A" { "B" } else { "A" };
        let altered = format!("{}{other}{}", &text[..place], &text[place + 1..]);
        assert!(!is_signed_by(&key, &altered), "{place}");
    }
}
