//! The test vectors of `fixtures/push-vectors.json`: the examples in WeChat's documentation and in its code, and
//! further ones of the same form. Each vector is read like a request and names the expected result.

use crypto::WeChatPushReader;
use domain::push::{PushFault, PushMessage, PushQuery, PushReader, PushSettings};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::push_sender::{self as sender, key_of};

#[derive(Deserialize)]
struct Fixture {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    #[serde(flatten)]
    case: Case,
}

#[derive(Deserialize)]
#[serde(tag = "kind")]
enum Case {
    #[serde(rename = "push.signature")]
    Signature { inputs: SignatureInputs, expected: SignatureExpected },
    #[serde(rename = "push.msg_signature")]
    MsgSignature { inputs: MsgSignatureInputs, expected: SignatureExpected },
    #[serde(rename = "push.decrypt")]
    Decrypt { inputs: DecryptInputs, expected: DecryptExpected },
    #[serde(rename = "push.encrypt")]
    Encrypt { inputs: EncryptInputs, expected: EncryptExpected },
}

#[derive(Deserialize)]
struct SignatureInputs {
    token: String,
    timestamp: String,
    nonce: String,
    signature: String,
}

#[derive(Deserialize)]
struct MsgSignatureInputs {
    token: String,
    timestamp: String,
    nonce: String,
    encrypt: String,
    msg_signature: String,
}

#[derive(Deserialize)]
struct SignatureExpected {
    #[serde(rename = "match")]
    matches: bool,
    computed: String,
}

#[derive(Deserialize)]
struct DecryptInputs {
    encoding_aes_key: String,
    encrypt: String,
    appid: String,
    #[serde(flatten)]
    signed: Option<Signed>,
}

/// How a message was signed. Those that are not are signed by the test.
#[derive(Deserialize)]
struct Signed {
    token: String,
    timestamp: String,
    nonce: String,
    msg_signature: String,
}

#[derive(Deserialize)]
struct DecryptExpected {
    error_class: Option<String>,
    msg: Option<String>,
}

#[derive(Deserialize)]
struct EncryptInputs {
    encoding_aes_key: String,
    msg: String,
    appid: String,
}

#[derive(Deserialize)]
struct EncryptExpected {
    encrypt: String,
}

fn vectors() -> Vec<Vector> {
    let fixture: Fixture = serde_json::from_str(include_str!("../fixtures/push-vectors.json")).unwrap();
    fixture.vectors
}

#[test]
fn signatures() {
    let mut count = 0;
    for vector in vectors() {
        if let Case::Signature { inputs, expected } = vector.case {
            assert_eq!(is_signed(&inputs, &inputs.signature), expected.matches, "{}", vector.id);
            assert!(is_signed(&inputs, &expected.computed), "{}", vector.id);
            count += 1;
        }
    }
    assert_eq!(count, 7);
}

fn is_signed(inputs: &SignatureInputs, signature: &str) -> bool {
    let token = inputs.token.parse().unwrap();
    let query = PushQuery {
        signature: signature.to_owned(),
        timestamp: inputs.timestamp.clone(),
        nonce: inputs.nonce.clone(),
        ..PushQuery::default()
    };
    WeChatPushReader.is_signed(&token, &query)
}

#[test]
fn signatures_of_encrypted_messages() {
    let mut count = 0;
    for vector in vectors() {
        if let Case::MsgSignature { inputs, expected } = vector.case {
            assert_eq!(is_message_signed(&inputs, &inputs.msg_signature), expected.matches, "{}", vector.id);
            assert!(is_message_signed(&inputs, &expected.computed), "{}", vector.id);
            count += 1;
        }
    }
    assert_eq!(count, 5);
}

/// Whether a message is decrypted, although with a wrong key.
fn is_message_signed(inputs: &MsgSignatureInputs, signature: &str) -> bool {
    let settings =
        PushSettings { token: inputs.token.parse().unwrap(), aes_keys: vec![key_of("C")], relay: None };
    let query = PushQuery {
        msg_signature: signature.to_owned(),
        timestamp: inputs.timestamp.clone(),
        nonce: inputs.nonce.clone(),
        ..PushQuery::default()
    };
    let fault = read_encrypted("wx", &settings, &query, &inputs.encrypt).unwrap_err();
    assert!([PushFault::InvalidSignature, PushFault::BadPadding].contains(&fault), "{fault}");
    fault == PushFault::BadPadding
}

fn read_encrypted(
    app_id: &str,
    settings: &PushSettings,
    query: &PushQuery,
    encrypted: &str,
) -> Result<PushMessage, PushFault> {
    let body = json!({ "ToUserName": "gh_0123456789ab", "Encrypt": encrypted }).to_string();
    WeChatPushReader.read(&app_id.parse().unwrap(), settings, query, body.as_bytes())
}

#[test]
fn decryptions() {
    let mut count = 0;
    for vector in vectors() {
        let (inputs, expected) = match vector.case {
            Case::Decrypt { inputs, expected } => (inputs, expected),
            Case::Encrypt { inputs, expected } => encryption(inputs, expected),
            Case::Signature { .. } | Case::MsgSignature { .. } => continue,
        };
        match (read(&inputs), &expected.error_class) {
            (Ok(message), None) => assert_message(&vector.id, &message, &expected.msg.unwrap()),
            // It was decrypted, but is no message that this server reads.
            (Err("malformed"), None) => assert!(is_refused(&expected.msg.unwrap()), "{}", vector.id),
            (Err(class), Some(expected)) => assert_eq!(class, expected_fault(expected), "{}", vector.id),
            (result, expected) => panic!("{}: {result:?} instead of {expected:?}", vector.id),
        }
        count += 1;
    }
    assert_eq!(count, 28);
}

/// What was encrypted by the rules of answers is decrypted by those of messages.
fn encryption(inputs: EncryptInputs, expected: EncryptExpected) -> (DecryptInputs, DecryptExpected) {
    let msg = Some(inputs.msg);
    let inputs = DecryptInputs {
        encoding_aes_key: inputs.encoding_aes_key,
        encrypt: expected.encrypt,
        appid: inputs.appid,
        signed: None,
    };
    (inputs, DecryptExpected { error_class: None, msg })
}

/// Reads the message, or returns the class of the error.
fn read(inputs: &DecryptInputs) -> Result<PushMessage, &'static str> {
    let key = inputs.encoding_aes_key.parse().map_err(|_| "invalid_aes_key")?;
    let mut settings = sender::settings(&[key]);
    let mut query = sender::query(Some(&inputs.encrypt));
    if let Some(signed) = &inputs.signed {
        settings.token = signed.token.parse().unwrap();
        query = PushQuery {
            signature: String::new(),
            msg_signature: signed.msg_signature.clone(),
            timestamp: signed.timestamp.clone(),
            nonce: signed.nonce.clone(),
        };
    }
    read_encrypted(&inputs.appid, &settings, &query, &inputs.encrypt).map_err(PushFault::as_str)
}

fn expected_fault(error_class: &str) -> &str {
    match error_class {
        "empty_ciphertext" => "not_encrypted",
        "invalid_base64" | "invalid_ciphertext_length" => "invalid_ciphertext",
        "invalid_utf8" => "malformed",
        class => class,
    }
}

/// Whether a message is neither XML nor JSON, or declares a document type.
fn is_refused(msg: &str) -> bool {
    !msg.starts_with(['<', '{']) || msg.contains("<!DOCTYPE")
}

fn assert_message(id: &str, message: &PushMessage, msg: &str) {
    assert!(!is_refused(msg), "{id}");
    if msg.starts_with('{') {
        assert_eq!(message.json, msg, "{id}");
    } else {
        let json: Value = serde_json::from_str(&message.json).unwrap();
        assert_eq!(json, xml_as_json(id), "{id}");
    }
    assert!(["MsgType", "demo_resp"].iter().any(|name| message.members.contains_key(*name)), "{id}");
}

/// What the vectors in XML are as JSON.
fn xml_as_json(id: &str) -> Value {
    match id {
        "push.decrypt.tencent_compat" => json!({
            "ToUserName": "gh_10f6c3c3ac5a",
            "FromUserName": "oyORnuP8q7ou2gfYjqLzSIWZf0rs",
            "CreateTime": "1409735668",
            "MsgType": "text",
            "Content": "abcdteT",
            "MsgId": "6054768590064713728",
        }),
        "push.decrypt.derived.event_revoke_xml" => json!({
            "ToUserName": "gh_0123456789ab",
            "FromUserName": "oTEST5mock000000platform0001",
            "CreateTime": "1795104000",
            "MsgType": "event",
            "Event": "user_authorization_revoke",
            "OpenID": "oTEST5mock0000000000openid01",
            "AppID": "wx0123456789abcdef",
            "RevokeInfo": "6",
        }),
        id => panic!("{id} is another message in XML"),
    }
}
