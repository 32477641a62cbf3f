//! Verification and decryption of open data, by WeChat's page of that name (开放数据校验与解密).

mod decrypt;
mod documented;
mod fields;
mod watermark;

use domain::{
    key_ring::SessionKey,
    open_data::{OpenData, OpenDataFault, OpenedData, Payload, RawData, SignedData},
    user::Profile,
};
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

use decrypt::decrypt;
use documented::Documented;
use fields::Fields;

/// Verifies and decrypts open data with the session_key, without calling WeChat.
#[derive(Clone, Copy, Debug, Default)]
pub struct WeChatOpenData;

impl OpenData for WeChatOpenData {
    fn is_signed_with(&self, key: &SessionKey, signed: &SignedData) -> bool {
        let signature =
            Sha1::new().chain_update(signed.raw_data.as_str()).chain_update(key.expose_text()).finalize();
        // Accumulates the differences of all bytes and tests them once, in constant time.
        let difference = signature
            .iter()
            .zip(signed.signature.as_bytes())
            .fold(0, |difference, (a, b)| difference | (a ^ b));
        difference.ct_eq(&0).into()
    }

    fn open(&self, key: &SessionKey, payload: &Payload) -> Result<OpenedData, OpenDataFault> {
        let plaintext = decrypt(key, payload)?;
        let json = String::from_utf8(plaintext).map_err(|_| OpenDataFault::InvalidUtf8)?;
        if let Some(documented) = Documented::parse(&json) {
            let (watermark, openid, profile) =
                (documented.watermark(), documented.openid(), documented.profile());
            return Ok(OpenedData { watermark, openid, profile, json });
        }
        let fields = Fields::parse(&json)?;
        let watermark = fields.watermark().ok_or(OpenDataFault::MissingWatermark)?;
        Ok(OpenedData { watermark, openid: fields.openid(), profile: fields.profile(), json })
    }

    fn profile_in(&self, raw_data: &RawData) -> Option<Profile> {
        Fields::parse(raw_data.as_str()).ok()?.profile()
    }
}
