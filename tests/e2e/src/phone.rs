use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use wechat_simulator::{SessionKey, Simulator, UserId, open_data};

use crate::APP_ID;

/// A WeChat user's phone, on which the Mini Program runs.
#[derive(Clone, Debug)]
pub struct Phone {
    simulator: Simulator,
    /// Who holds it.
    pub user: UserId,
    device: String,
}

impl Phone {
    pub(crate) fn of(simulator: Simulator, user: UserId, device: &str) -> Self {
        Self { simulator, user, device: device.to_owned() }
    }

    /// `wx.login`: a code.
    pub fn code(&self) -> String {
        self.simulator.wx_login(APP_ID, self.user, &self.device).expect("app and user exist").code
    }

    /// `wx.getUserInfo`, under the newest key.
    pub fn user_info(&self) -> OpenData {
        self.user_info_for(APP_ID)
    }

    /// `wx.getUserInfo` in another Mini Program.
    pub fn user_info_for(&self, app_id: &str) -> OpenData {
        let answer = self.simulator.get_user_info(app_id, self.user, false).expect("app and user exist");
        OpenData {
            signed: Some((answer.raw_data, answer.signature)),
            encrypted_data: answer.encrypted_data,
            iv: answer.iv,
        }
    }

    /// `wx.getUserInfo` as WeChat answers it today: nothing told but openid and watermark.
    pub fn anonymous_user_info(&self) -> OpenData {
        let answer = self.simulator.get_user_info(APP_ID, self.user, true).expect("app and user exist");
        OpenData {
            signed: Some((answer.raw_data, answer.signature)),
            encrypted_data: answer.encrypted_data,
            iv: answer.iv,
        }
    }

    /// `wx.getWeRunData`, which has no signature.
    pub fn we_run_data(&self) -> OpenData {
        let answer = self.simulator.get_we_run_data(APP_ID, self.user).expect("app and user exist");
        OpenData { signed: None, encrypted_data: answer.encrypted_data, iv: answer.iv }
    }

    /// WeChat gives the user a new session_key, at once.
    pub fn rotate_key(&self) {
        self.simulator.rotate(APP_ID, self.user).expect("app and user exist");
    }

    /// The user's session_key at WeChat, which no phone ever sees.
    pub fn session_key(&self) -> SessionKey {
        self.simulator.session_key(APP_ID, self.user).expect("app and user exist")
    }
}

/// Open data, as a wx call hands it out.
#[derive(Clone, Debug)]
pub struct OpenData {
    /// `rawData` and `signature`, where the call gives them.
    pub signed: Option<(String, String)>,
    /// `encryptedData`.
    pub encrypted_data: String,
    /// `iv`.
    pub iv: String,
}

impl OpenData {
    /// Any bytes, encrypted like WeChat does it and with a true signature beside them.
    pub fn forged(plain: &[u8], key: &SessionKey) -> Self {
        let raw_data = r#"{"nickName":"forger"}"#.to_owned();
        let iv = [7; 16];
        Self {
            signed: Some((raw_data.clone(), open_data::sign(&raw_data, key))),
            encrypted_data: open_data::encrypt(plain, key, &iv),
            iv: BASE64_STANDARD.encode(iv),
        }
    }

    /// The same, with its ciphertext changed.
    #[must_use]
    pub fn tampered(mut self, change: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut bytes = BASE64_STANDARD.decode(&self.encrypted_data).expect("WeChat writes base64");
        change(&mut bytes);
        self.encrypted_data = BASE64_STANDARD.encode(bytes);
        self
    }

    /// The same without a signature.
    #[must_use]
    pub fn unsigned(mut self) -> Self {
        self.signed = None;
        self
    }

    /// The body that a client sends.
    pub fn to_json(&self) -> Value {
        let mut body = json!({ "encrypted_data": self.encrypted_data, "iv": self.iv });
        if let Some((raw_data, signature)) = &self.signed {
            body["raw_data"] = raw_data.as_str().into();
            body["signature"] = signature.as_str().into();
        }
        body
    }
}
