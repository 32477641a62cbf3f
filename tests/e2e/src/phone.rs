use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use wechat_simulator::{SessionKey, Simulator, UserId, open_data};

use crate::APP_ID;

/// The phone of a WeChat user, which runs the Mini Program.
#[derive(Clone, Debug)]
pub struct Phone {
    simulator: Simulator,
    /// The WeChat user.
    pub user: UserId,
    device: String,
}

impl Phone {
    pub(crate) fn new(simulator: Simulator, user: UserId, device: &str) -> Self {
        Self { simulator, user, device: device.to_owned() }
    }

    /// `wx.login`: returns a code.
    pub fn code(&self) -> String {
        self.simulator.wx_login(APP_ID, self.user, &self.device).expect("app and user exist").code
    }

    /// `wx.getUserInfo`, under the current session_key.
    pub fn user_info(&self) -> OpenData {
        self.user_info_for(APP_ID)
    }

    /// `wx.getUserInfo` in another Mini Program.
    pub fn user_info_for(&self, app_id: &str) -> OpenData {
        let data = self.simulator.get_user_info(app_id, self.user, false).expect("app and user exist");
        OpenData {
            signed: Some((data.raw_data, data.signature)),
            encrypted_data: data.encrypted_data,
            iv: data.iv,
        }
    }

    /// `wx.getUserInfo` as WeChat returns it today: with only openid and watermark.
    pub fn anonymous_user_info(&self) -> OpenData {
        let data = self.simulator.get_user_info(APP_ID, self.user, true).expect("app and user exist");
        OpenData {
            signed: Some((data.raw_data, data.signature)),
            encrypted_data: data.encrypted_data,
            iv: data.iv,
        }
    }

    /// `wx.getWeRunData`, which has no signature.
    pub fn we_run_data(&self) -> OpenData {
        let data = self.simulator.get_we_run_data(APP_ID, self.user).expect("app and user exist");
        OpenData { signed: None, encrypted_data: data.encrypted_data, iv: data.iv }
    }

    /// A tap on the phone button: returns a code.
    pub fn phone_code(&self) -> String {
        self.simulator.get_phone_number(APP_ID, self.user).expect("app and user exist").code
    }

    /// A tap on the phone button: the number as it is encrypted beside the code.
    pub fn encrypted_phone(&self) -> OpenData {
        let data = self.simulator.get_phone_number(APP_ID, self.user).expect("app and user exist");
        OpenData { signed: None, encrypted_data: data.encrypted_data, iv: data.iv }
    }

    /// Replaces the user's session_key.
    pub fn rotate_key(&self) {
        self.simulator.rotate(APP_ID, self.user).expect("app and user exist");
    }

    /// The user's session_key. A real phone does not know it.
    pub fn session_key(&self) -> SessionKey {
        self.simulator.session_key(APP_ID, self.user).expect("app and user exist")
    }
}

/// Open data, as a wx call returns it.
#[derive(Clone, Debug)]
pub struct OpenData {
    /// `rawData` and `signature`, if the call returns them.
    pub signed: Option<(String, String)>,
    /// `encryptedData`.
    pub encrypted_data: String,
    /// `iv`.
    pub iv: String,
}

impl OpenData {
    /// Arbitrary bytes, encrypted as WeChat does, with a valid signature.
    pub fn forged(plain: &[u8], key: &SessionKey) -> Self {
        let raw_data = r#"{"nickName":"forger"}"#.to_owned();
        let iv = [7; 16];
        Self {
            signed: Some((raw_data.clone(), open_data::sign(&raw_data, key))),
            encrypted_data: open_data::encrypt(plain, key, &iv),
            iv: BASE64_STANDARD.encode(iv),
        }
    }

    /// Changes the ciphertext.
    #[must_use]
    pub fn tampered(mut self, change: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut bytes = BASE64_STANDARD.decode(&self.encrypted_data).expect("WeChat uses base64");
        change(&mut bytes);
        self.encrypted_data = BASE64_STANDARD.encode(bytes);
        self
    }

    /// Removes the signature.
    #[must_use]
    pub fn unsigned(mut self) -> Self {
        self.signed = None;
        self
    }

    /// The body of the client's request.
    pub fn to_json(&self) -> Value {
        let mut body = json!({ "encrypted_data": self.encrypted_data, "iv": self.iv });
        if let Some((raw_data, signature)) = &self.signed {
            body["raw_data"] = raw_data.as_str().into();
            body["signature"] = signature.as_str().into();
        }
        body
    }
}
