//! What every adapter that verifies and decrypts open data holds to.
//!
//! Each function is one case over a [`Collection`]. The macro
//! [`open_data_suite`](crate::open_data_suite) lists them all.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the adapter does not hold to it"
)]

use domain::{
    key_ring::SessionKey,
    open_data::{OpenData, OpenDataFault, OpenedData, Payload, SignedData, Watermark},
    time::Timestamp,
    user::Profile,
};

/// An adapter, and the WeChat whose data it reads.
pub trait Collection: Send + Sync {
    /// The adapter.
    fn open_data(&self) -> &dyn OpenData;

    /// `raw_data` with its signature under `key`.
    fn signed(&self, key: &SessionKey, raw_data: &str) -> SignedData;

    /// `plaintext`, encrypted under `key`.
    fn encrypted(&self, key: &SessionKey, plaintext: &str) -> Payload;
}

fn key(byte: u8) -> SessionKey {
    SessionKey::from_bytes([byte; 16])
}

/// Opens what was encrypted under the same key.
fn open(collection: &dyn Collection, plaintext: &str) -> Result<OpenedData, OpenDataFault> {
    collection.open_data().open(&key(1), &collection.encrypted(&key(1), plaintext))
}

/// Encrypted data opens under its key: the text as it was, and out of it the watermark, the openid
/// and the nickname.
pub fn encrypted_data_opens_under_its_key(collection: &dyn Collection) {
    for nickname in ["", "Band", "微😀 \u{200d}👩"] {
        let json = format!(
            r#"{{"nickName":"{nickname}", "openId":"oABC ","new":[1,{{}}],
            "watermark":{{"timestamp":1795104000,"appid":"wx0123456789abcdef"}}}} "#
        );
        let opened = open(collection, &json).expect("opens");
        assert_eq!(opened.json, json);
        assert_eq!(opened.openid.as_deref(), Some("oABC "));
        assert_eq!(opened.profile.expect("it is user info").nickname.as_str(), nickname);
        let timestamp = Timestamp::from_millis(1_795_104_000_000);
        assert_eq!(opened.watermark, Watermark { app_id: "wx0123456789abcdef".to_owned(), timestamp });
    }
}

/// Data without an openid and a profile opens, too: steps and groups have neither.
pub fn data_of_another_kind_opens(collection: &dyn Collection) {
    for (seconds, millis) in [("0", 0), ("-1", -1_000), ("1795104000", 1_795_104_000_000)] {
        let json = format!(r#"{{"openGId":"tG","watermark":{{"appid":"wx","timestamp":{seconds}}}}}"#);
        let opened = open(collection, &json).expect("opens");
        assert_eq!(opened.watermark.timestamp, Timestamp::from_millis(millis));
        assert_eq!((opened.openid, opened.profile, opened.json), (None, None, json));
    }
}

/// Encrypted data opens under no other key.
pub fn encrypted_data_opens_under_no_other_key(collection: &dyn Collection) {
    let json = r#"{"nickName":"Band","watermark":{"timestamp":1795104000,"appid":"wx"}}"#;
    for encrypted_with in 1..=16 {
        let payload = collection.encrypted(&key(encrypted_with), json);
        for tried in 1..=16 {
            let opened = collection.open_data().open(&key(tried), &payload);
            assert_eq!(opened.is_ok(), tried == encrypted_with, "{encrypted_with} and {tried}");
        }
    }
}

/// What is not a JSON object with a watermark is refused, and the fault says why.
pub fn faults_are_told_apart(collection: &dyn Collection) {
    for (plaintext, fault) in [
        ("", OpenDataFault::InvalidJson),
        ("not json", OpenDataFault::InvalidJson),
        ("{", OpenDataFault::InvalidJson),
        ("{} {}", OpenDataFault::InvalidJson),
        ("[]", OpenDataFault::NotAnObject),
        ("12", OpenDataFault::NotAnObject),
        (r#""text""#, OpenDataFault::NotAnObject),
        ("{}", OpenDataFault::MissingWatermark),
        (r#"{"watermark":null}"#, OpenDataFault::MissingWatermark),
        (r#"{"watermark":"wx"}"#, OpenDataFault::MissingWatermark),
        (r#"{"watermark":{"appid":"wx"}}"#, OpenDataFault::MissingWatermark),
        (r#"{"watermark":{"timestamp":1}}"#, OpenDataFault::MissingWatermark),
        (r#"{"watermark":{"appid":1,"timestamp":1}}"#, OpenDataFault::MissingWatermark),
        (r#"{"watermark":{"appid":"wx","timestamp":"1"}}"#, OpenDataFault::MissingWatermark),
    ] {
        assert_eq!(open(collection, plaintext), Err(fault), "{plaintext}");
    }
}

/// A signature fits the key that it was made with, and no other.
pub fn a_signature_fits_its_key_only(collection: &dyn Collection) {
    for raw_data in ["{}", r#"{"nickName":"微😀"}"#, "not json"] {
        for signed_with in 1..=16 {
            let signed = collection.signed(&key(signed_with), raw_data);
            for tried in 1..=16 {
                let fits = collection.open_data().is_signed_with(&key(tried), &signed);
                assert_eq!(fits, tried == signed_with, "{raw_data}: {signed_with} and {tried}");
            }
        }
    }
}

/// A signature fits the text that was signed, and no other.
pub fn a_signature_fits_its_text_only(collection: &dyn Collection) {
    let signed = collection.signed(&key(1), r#"{"nickName":"Band"}"#);
    for other in [r#"{"nickName":"Bane"}"#, r#"{"nickName":"Band"} "#, r#"{"nickName":"Ban"}"#, "{}"] {
        let raw_data = other.parse().expect("it is raw data");
        let altered = SignedData { raw_data, ..signed.clone() };
        assert!(!collection.open_data().is_signed_with(&key(1), &altered), "{other}");
    }
}

/// Signed text has a profile where it is a JSON object.
pub fn signed_text_has_a_profile(collection: &dyn Collection) {
    let profile_in = |text: &str| collection.open_data().profile_in(&text.parse().expect("it is raw data"));
    let profile = profile_in(r#"{"nickName":"微😀","new":null}"#).expect("it is an object");
    assert_eq!(profile.nickname.as_str(), "微😀");
    assert_eq!(profile_in(r#"{"nickName":""}"#), Some(Profile::default()));
    // Without a nickname it is of another kind.
    for text in ["{}", "[]", "12", "null", "{", "not json", r#"{"nickName":"Band"} {}"#] {
        assert_eq!(profile_in(text), None, "{text}");
    }
}

/// Runs every case of [`open_data`](crate::open_data) on the
/// [`Collection`](crate::open_data::Collection) that the expression makes.
#[macro_export]
macro_rules! open_data_suite {
    ($collection:expr) => {
        $crate::cases!(open_data($collection):
            encrypted_data_opens_under_its_key,
            data_of_another_kind_opens,
            encrypted_data_opens_under_no_other_key,
            faults_are_told_apart,
            a_signature_fits_its_key_only,
            a_signature_fits_its_text_only,
            signed_text_has_a_profile,
        );
    };
}
