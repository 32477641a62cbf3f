//! The test vectors of `fixtures/opendata-vectors.json`: the examples in WeChat's documentation and further
//! ones of the same form. Each vector is processed like a request and names the expected result.

use std::time::Duration;

use crypto::WeChatOpenData;
use domain::{
    identity::IdentityId,
    key_ring::SessionKey,
    open_data::{
        EncryptedData, Freshness, OpenData, OpenDataFault, OpenedData, Payload, RawData, Signature,
        SignedData,
    },
    time::Timestamp,
};
use serde::Deserialize;
use serde_json::{Map, Value};

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
    #[serde(rename = "opendata.signature")]
    Signature { inputs: SignatureInputs, expected: SignatureExpected },
    #[serde(rename = "opendata.decrypt")]
    Decrypt { inputs: DecryptInputs, expected: DecryptExpected },
}

#[derive(Deserialize)]
struct SignatureInputs {
    raw_data: String,
    session_key: String,
    signature: String,
}

#[derive(Deserialize)]
struct SignatureExpected {
    #[serde(rename = "match")]
    matches: bool,
    computed: String,
}

#[derive(Deserialize)]
struct DecryptInputs {
    appid: String,
    session_key: String,
    iv: String,
    encrypted_data: String,
    expected_openid: Option<String>,
    now: Option<i64>,
    max_age_s: Option<u64>,
}

#[derive(Deserialize)]
struct DecryptExpected {
    error_class: Option<String>,
    plaintext: Option<String>,
    json: Option<Map<String, Value>>,
}

fn vectors() -> Vec<Vector> {
    let fixture: Fixture = serde_json::from_str(include_str!("../fixtures/opendata-vectors.json")).unwrap();
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
    assert_eq!(count, 8);
}

/// A signature that is not a SHA-1 in hex does not match: its request would be rejected earlier.
fn is_signed(inputs: &SignatureInputs, signature: &str) -> bool {
    let key: SessionKey = inputs.session_key.parse().unwrap();
    let raw_data: RawData = inputs.raw_data.parse().unwrap();
    let signature: Result<Signature, _> = signature.parse();
    signature.is_ok_and(|signature| WeChatOpenData.is_signed_with(&key, &SignedData { raw_data, signature }))
}

#[test]
fn decryptions() {
    let mut count = 0;
    for vector in vectors() {
        if let Case::Decrypt { inputs, expected } = vector.case {
            match (open(&inputs), &expected.error_class) {
                (Ok(opened), None) => assert_opened(&vector.id, &opened, &expected),
                (Err(class), Some(expected)) => assert_eq!(class, expected, "{}", vector.id),
                (result, expected) => panic!("{}: {result:?} instead of {expected:?}", vector.id),
            }
            count += 1;
        }
    }
    assert_eq!(count, 39);
}

/// Opens the data, or returns the class of the error.
fn open(inputs: &DecryptInputs) -> Result<OpenedData, &'static str> {
    let key: SessionKey = inputs.session_key.parse().map_err(|_| "invalid_session_key")?;
    let iv = inputs.iv.parse().map_err(|_| "invalid_iv")?;
    if inputs.encrypted_data.is_empty() {
        assert!(inputs.encrypted_data.parse::<EncryptedData>().is_err());
        return Err("empty_ciphertext");
    }
    let encrypted_data = inputs.encrypted_data.parse().map_err(|_| "invalid_base64")?;
    let opened = WeChatOpenData.open(&key, &Payload { encrypted_data, iv }).map_err(OpenDataFault::as_str)?;
    opened.check_owner(&owner(inputs, &opened)).map_err(OpenDataFault::as_str)?;
    if let (Some(now), Some(max_age)) = (inputs.now, inputs.max_age_s) {
        let freshness = Freshness::new(Duration::from_secs(max_age));
        if !opened.is_fresh(freshness, Timestamp::from_millis(now * 1000)) {
            return Err("stale_watermark");
        }
    }
    Ok(opened)
}

/// The expected owner of the data. A vector without an expected openid accepts any.
fn owner(inputs: &DecryptInputs, opened: &OpenedData) -> IdentityId {
    let openid = inputs.expected_openid.as_deref().or(opened.openid.as_deref()).unwrap_or("oAnybody");
    IdentityId { app_id: inputs.appid.parse().unwrap(), openid: openid.parse().unwrap() }
}

fn assert_opened(id: &str, opened: &OpenedData, expected: &DecryptExpected) {
    assert_eq!(Some(&opened.json), expected.plaintext.as_ref(), "{id}");
    let json = expected.json.as_ref().unwrap();
    let text = |field| json.get(field).and_then(Value::as_str);
    assert_eq!(opened.openid.as_deref(), text("openId"), "{id}");

    let watermark = &json["watermark"];
    assert_eq!(Some(opened.watermark.app_id.as_str()), watermark["appid"].as_str(), "{id}");
    let seconds = watermark["timestamp"].as_i64().unwrap();
    assert_eq!(opened.watermark.timestamp, Timestamp::from_millis(seconds * 1000), "{id}");

    assert_eq!(opened.profile.is_some(), json.get("nickName").is_some(), "{id}");
    let profile = opened.profile.clone().unwrap_or_default();
    let text_or_empty = |field| text(field).unwrap_or_default();
    assert_eq!(profile.nickname.as_str(), text_or_empty("nickName"), "{id}");
    assert_eq!(profile.avatar_url.as_str(), text_or_empty("avatarUrl"), "{id}");
    assert_eq!(profile.language.as_str(), text_or_empty("language"), "{id}");
    assert_eq!(profile.country.as_str(), text_or_empty("country"), "{id}");
    assert_eq!(profile.province.as_str(), text_or_empty("province"), "{id}");
    assert_eq!(profile.city.as_str(), text_or_empty("city"), "{id}");
    let gender = json.get("gender").and_then(Value::as_u64).unwrap_or_default();
    assert_eq!(u64::from(profile.gender.number()), gender, "{id}");
}
