use super::{Freshness, OpenDataFault};
use crate::{
    app::AppId,
    ids::{IdentityId, OpenId},
    time::Timestamp,
    user::Profile,
};

/// WeChat's mark on decrypted data: for which app, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watermark {
    /// The app the data was made for.
    pub app_id: String,
    /// When, to the second.
    pub timestamp: Timestamp,
}

/// Decrypted open data.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenedData {
    /// WeChat's mark.
    pub watermark: Watermark,
    /// The openid inside, where there is one. Compared, never believed.
    pub openid: Option<String>,
    /// The profile inside, if the data is that of `wx.getUserInfo`: it has a nickname, be it empty.
    pub profile: Option<Profile>,
    /// All of it, a JSON object.
    pub json: String,
}

impl OpenedData {
    /// Checks that the data was made for this person at this app.
    pub fn check_owner(&self, identity: &IdentityId) -> Result<(), OpenDataFault> {
        if !is(&identity.app_id, &self.watermark.app_id) {
            return Err(OpenDataFault::AppIdMismatch);
        }
        match &self.openid {
            Some(openid) if !is_person(&identity.openid, openid) => Err(OpenDataFault::OpenIdMismatch),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether the data is fresh at `now`.
    pub fn is_fresh(&self, freshness: Freshness, now: Timestamp) -> bool {
        self.watermark.timestamp.distance(now) <= freshness.window()
    }
}

fn is(app_id: &AppId, claimed: &str) -> bool {
    app_id.as_str() == claimed
}

fn is_person(openid: &OpenId, claimed: &str) -> bool {
    openid.as_str() == claimed
}

impl std::fmt::Debug for OpenedData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenedData").field("watermark", &self.watermark).finish_non_exhaustive()
    }
}
