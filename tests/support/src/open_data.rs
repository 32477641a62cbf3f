use std::array;

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    key_ring::SessionKey,
    open_data::{OpenData, OpenDataFault, OpenedData, Payload, RawData, SignedData, Watermark},
    time::Timestamp,
    user::{Nickname, Profile},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Open data in plain text.
///
/// A ciphertext is the first byte of its key, followed by the plaintext; a signature is a digest of text
/// and key. A plaintext `fault:` with the name of an [`OpenDataFault`] fails with that fault under
/// every key. [`CollectedData`] writes this form.
#[derive(Debug, Default)]
pub struct PlainOpenData;

/// The plaintext that makes [`PlainOpenData`] fail with the fault of this name.
const FAULT: &str = "fault:";

impl OpenData for PlainOpenData {
    fn is_signed_with(&self, key: &SessionKey, signed: &SignedData) -> bool {
        *signed.signature.as_bytes() == signature(key, signed.raw_data.as_str())
    }

    fn open(&self, key: &SessionKey, payload: &Payload) -> Result<OpenedData, OpenDataFault> {
        let ciphertext = payload.encrypted_data.as_bytes();
        let (made_with, plaintext) =
            ciphertext.split_first().ok_or(OpenDataFault::InvalidCiphertextLength)?;
        let plaintext = str::from_utf8(plaintext).map_err(|_| OpenDataFault::InvalidUtf8)?;
        if let Some(fault) = forced_fault(plaintext) {
            return Err(fault);
        }
        if *made_with != first_byte(key) {
            return Err(OpenDataFault::BadPadding);
        }
        let value: Value = serde_json::from_str(plaintext).map_err(|_| OpenDataFault::InvalidJson)?;
        if !value.is_object() {
            return Err(OpenDataFault::NotAnObject);
        }
        Ok(OpenedData {
            watermark: watermark_of(&value).ok_or(OpenDataFault::MissingWatermark)?,
            openid: value["openId"].as_str().map(ToOwned::to_owned),
            profile: profile_of(&value),
            json: plaintext.to_owned(),
        })
    }

    fn profile_in(&self, raw_data: &RawData) -> Option<Profile> {
        let value: Value = serde_json::from_str(raw_data.as_str()).ok()?;
        profile_of(&value)
    }
}

/// As much of the text's SHA-256 with the key as a signature has room for.
fn signature(key: &SessionKey, raw_data: &str) -> [u8; 20] {
    let digest = Sha256::digest([raw_data.as_bytes(), key.expose_bytes()].concat());
    array::from_fn(|index| digest[index])
}

fn first_byte(key: &SessionKey) -> u8 {
    key.expose_bytes()[0]
}

fn forced_fault(plaintext: &str) -> Option<OpenDataFault> {
    let name = plaintext.strip_prefix(FAULT)?;
    OpenDataFault::ALL.iter().copied().find(|fault| fault.as_str() == name)
}

fn watermark_of(value: &Value) -> Option<Watermark> {
    let watermark = &value["watermark"];
    let seconds = watermark["timestamp"].as_i64()?;
    Some(Watermark {
        app_id: watermark["appid"].as_str()?.to_owned(),
        timestamp: Timestamp::from_millis(seconds * 1000),
    })
}

fn profile_of(value: &Value) -> Option<Profile> {
    let nickname = Nickname::kept(value.get("nickName")?.as_str().unwrap_or_default());
    Some(Profile { nickname, ..Profile::default() })
}

/// What a wx call gives to the client, each field as the text that the client sends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollectedData {
    /// `rawData`.
    pub raw_data: String,
    /// `signature`, over `raw_data`.
    pub signature: String,
    /// `encryptedData`.
    pub encrypted_data: String,
    /// `iv`.
    pub iv: String,
}

impl CollectedData {
    /// `raw_data` signed and `plaintext` encrypted under `key`, as [`PlainOpenData`] reads them.
    pub fn new(key: &SessionKey, raw_data: &str, plaintext: &str) -> Self {
        let byte = first_byte(key);
        Self {
            raw_data: raw_data.to_owned(),
            signature: signature(key, raw_data).map(|byte| format!("{byte:02x}")).concat(),
            encrypted_data: STANDARD.encode([&[byte], plaintext.as_bytes()].concat()),
            iv: STANDARD.encode([0; 16]),
        }
    }

    /// What `wx.getUserInfo` gives under `key`, with the nickname in both parts.
    pub fn user_info(key: &SessionKey, user_info: &UserInfo<'_>) -> Self {
        let raw_data = json!({ "nickName": user_info.nickname });
        Self::new(key, &raw_data.to_string(), &user_info.plaintext())
    }

    /// The text that was signed, with its signature.
    ///
    /// # Panics
    ///
    /// Where a field is not of WeChat's form.
    #[expect(clippy::expect_used, reason = "a wrong field is a mistake in the test")]
    pub fn signed(&self) -> SignedData {
        SignedData {
            raw_data: self.raw_data.parse().expect("not empty and short"),
            signature: self.signature.parse().expect("40 digits in lower case"),
        }
    }

    /// The encrypted part.
    ///
    /// # Panics
    ///
    /// Where a field is not of WeChat's form.
    #[expect(clippy::expect_used, reason = "a wrong field is a mistake in the test")]
    pub fn payload(&self) -> Payload {
        Payload {
            encrypted_data: self.encrypted_data.parse().expect("standard base64"),
            iv: self.iv.parse().expect("16 bytes in standard base64"),
        }
    }
}

/// What `wx.getUserInfo` encrypts.
#[derive(Clone, Copy, Debug)]
pub struct UserInfo<'a> {
    /// The nickname.
    pub nickname: &'a str,
    /// The openid inside; `None` leaves it out.
    pub openid: Option<&'a str>,
    /// The app of the watermark.
    pub app_id: &'a str,
    /// The time of the watermark, cut to the second.
    pub at: Timestamp,
}

impl UserInfo<'_> {
    /// The JSON of it.
    pub fn plaintext(&self) -> String {
        let watermark = json!({ "appid": self.app_id, "timestamp": self.at.as_millis() / 1000 });
        let mut user_info = json!({ "nickName": self.nickname, "watermark": watermark });
        if let Some(openid) = self.openid {
            user_info["openId"] = json!(openid);
        }
        user_info.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER_INFO: UserInfo<'_> = UserInfo {
        nickname: "小明",
        openid: Some("oABC"),
        app_id: "wx1",
        at: Timestamp::from_millis(1_795_000_000_000),
    };

    fn key(byte: u8) -> SessionKey {
        SessionKey::from_bytes([byte; 16])
    }

    #[test]
    fn data_opens_under_its_own_key_only() {
        let collected = CollectedData::user_info(&key(200), &USER_INFO);
        let opened = PlainOpenData.open(&key(200), &collected.payload()).unwrap();
        assert_eq!(opened.watermark, Watermark { app_id: "wx1".to_owned(), timestamp: USER_INFO.at });
        assert_eq!(opened.openid.as_deref(), Some("oABC"));
        assert_eq!(opened.profile.unwrap().nickname.as_str(), "小明");
        assert_eq!(PlainOpenData.open(&key(2), &collected.payload()), Err(OpenDataFault::BadPadding));
        assert!(PlainOpenData.is_signed_with(&key(200), &collected.signed()));
        assert!(!PlainOpenData.is_signed_with(&key(2), &collected.signed()));
    }

    #[test]
    fn every_fault_can_be_forced() {
        for fault in OpenDataFault::ALL {
            let collected = CollectedData::new(&key(1), "{}", &format!("{FAULT}{}", fault.as_str()));
            assert_eq!(PlainOpenData.open(&key(2), &collected.payload()), Err(*fault));
        }
    }
}
