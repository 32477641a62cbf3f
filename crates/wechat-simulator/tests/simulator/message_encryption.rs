//! The published examples of the signatures and the encryption of pushes.

use serde::Deserialize;
use wechat_simulator::message_encryption::{EncodingAesKey, encrypt, msg_signature, signature};

#[derive(Deserialize)]
struct Vectors {
    signatures: Vec<SignatureVector>,
    /// Another token, another nonce, an empty signature.
    not_signatures: Vec<SignatureVector>,
    msg_signatures: Vec<MsgSignatureVector>,
    /// The plain signature, another timestamp.
    not_msg_signatures: Vec<MsgSignatureVector>,
    encryptions: Vec<EncryptionVector>,
    invalid_keys: Vec<String>,
}

#[derive(Deserialize)]
struct SignatureVector {
    token: String,
    timestamp: String,
    nonce: String,
    signature: String,
}

#[derive(Deserialize)]
struct MsgSignatureVector {
    token: String,
    timestamp: String,
    nonce: String,
    encrypt: String,
    signature: String,
}

#[derive(Deserialize)]
struct EncryptionVector {
    encoding_aes_key: String,
    random: String,
    message: String,
    app_id: String,
    encrypt: String,
}

impl SignatureVector {
    fn computed(&self) -> String {
        signature(&self.token, &self.timestamp, &self.nonce)
    }
}

impl MsgSignatureVector {
    fn computed(&self) -> String {
        msg_signature(&self.token, &self.timestamp, &self.nonce, &self.encrypt)
    }
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("fixtures/message_encryption.json")).unwrap()
}

#[test]
fn pushes_are_signed_like_the_published_examples() {
    for vector in vectors().signatures {
        assert_eq!(vector.computed(), vector.signature, "{}", vector.nonce);
    }
    for vector in vectors().msg_signatures {
        assert_eq!(vector.computed(), vector.signature, "{}", vector.nonce);
    }
}

#[test]
fn common_mistakes_lead_to_other_signatures() {
    for vector in vectors().not_signatures {
        assert_ne!(vector.computed(), vector.signature, "{}", vector.nonce);
    }
    for vector in vectors().not_msg_signatures {
        assert_ne!(vector.computed(), vector.signature, "{}", vector.nonce);
    }
}

#[test]
fn messages_are_encrypted_like_the_published_examples() {
    for vector in vectors().encryptions {
        let key = vector.encoding_aes_key.parse().unwrap();
        let random = vector.random.as_bytes().try_into().unwrap();
        assert_eq!(
            encrypt(&vector.message, &vector.app_id, &key, random),
            vector.encrypt,
            "{}",
            vector.message
        );
    }
}

#[test]
fn a_key_has_43_characters() {
    for key in vectors().invalid_keys {
        assert!(key.parse::<EncodingAesKey>().is_err(), "{key}");
    }
}
