//! The published examples of signatures.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;
use wechat_simulator::{SessionKey, signatures};

#[derive(Deserialize)]
struct Vectors {
    login_state: Vec<LoginStateVector>,
    /// The common mistakes: the decoded key, the openid as the message, key and message swapped.
    not_login_state: Vec<LoginStateVector>,
    payment: Vec<PaymentVector>,
}

#[derive(Deserialize)]
struct LoginStateVector {
    session_key: String,
    message: String,
    signature: String,
}

#[derive(Deserialize)]
struct PaymentVector {
    app_key: String,
    uri: String,
    message: String,
    signature: String,
}

impl LoginStateVector {
    fn computed(&self) -> String {
        let key: [u8; 16] = BASE64_STANDARD.decode(&self.session_key).unwrap().try_into().unwrap();
        signatures::login_state(&self.message, &SessionKey::from(key))
    }
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("fixtures/signatures.json")).unwrap()
}

#[test]
fn login_states_are_signed_like_the_published_examples() {
    for vector in vectors().login_state {
        assert_eq!(vector.computed(), vector.signature, "{}", vector.message);
    }
}

#[test]
fn common_mistakes_lead_to_other_signatures() {
    for vector in vectors().not_login_state {
        assert_ne!(vector.computed(), vector.signature, "{}", vector.message);
    }
}

#[test]
fn payments_are_signed_like_the_published_examples() {
    for vector in vectors().payment {
        let computed = signatures::payment(&vector.uri, &vector.message, &vector.app_key);
        assert_eq!(computed, vector.signature, "{}", vector.uri);
    }
}
