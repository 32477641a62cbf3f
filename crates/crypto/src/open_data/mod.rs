//! Open data as WeChat's "open data verification and decryption" page tells it.

mod decryption;
mod documented;
mod reading;
mod watermark;

use domain::{
    key_ring::SessionKey,
    open_data::{OpenData, OpenDataFault, OpenedData, Payload, RawData, SignedData},
    profile::Profile,
};
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

use decryption::decrypt;
use documented::Documented;
use reading::Fields;

/// Verifies and decrypts open data with the session_key, on this machine alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct WeChatOpenData;

impl OpenData for WeChatOpenData {
    fn is_signed_with(&self, key: &SessionKey, signed: &SignedData) -> bool {
        let signature =
            Sha1::new().chain_update(signed.raw_data.as_str()).chain_update(key.expose_text()).finalize();
        // What differs is gathered from every byte, and looked at once.
        let differing =
            signature.iter().zip(signed.signature.as_bytes()).fold(0, |so_far, (a, b)| so_far | (a ^ b));
        differing.ct_eq(&0).into()
    }

    fn open(&self, key: &SessionKey, payload: &Payload) -> Result<OpenedData, OpenDataFault> {
        let plaintext = decrypt(key, payload)?;
        let json = String::from_utf8(plaintext).map_err(|_| OpenDataFault::InvalidUtf8)?;
        if let Some(data) = Documented::read(&json) {
            let (watermark, openid, profile) = (data.watermark(), data.openid(), data.profile());
            return Ok(OpenedData { watermark, openid, profile, json });
        }
        let fields = Fields::read(&json)?;
        let watermark = fields.watermark().ok_or(OpenDataFault::MissingWatermark)?;
        Ok(OpenedData { watermark, openid: fields.openid(), profile: fields.profile(), json })
    }

    fn profile_in(&self, raw_data: &RawData) -> Option<Profile> {
        Fields::read(raw_data.as_str()).ok().map(|fields| fields.profile())
    }
}
