use std::borrow::Cow;

use domain::{
    open_data::Watermark,
    user::{AvatarUrl, Gender, Nickname, Profile, ProfileText},
    time::Timestamp,
};
use serde::Deserialize;

/// Open data in the very form that WeChat documents: every field of its type, none twice. This is
/// what nearly all data looks like, and reading it so takes one pass. Whatever does not fit is
/// read again, field by field, by [`Fields`](super::reading::Fields).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Documented<'a> {
    open_id: Option<&'a str>,
    #[serde(borrow, default)]
    nick_name: Cow<'a, str>,
    #[serde(default)]
    gender: u8,
    #[serde(borrow, default)]
    language: Cow<'a, str>,
    #[serde(borrow, default)]
    city: Cow<'a, str>,
    #[serde(borrow, default)]
    province: Cow<'a, str>,
    #[serde(borrow, default)]
    country: Cow<'a, str>,
    #[serde(borrow, default)]
    avatar_url: Cow<'a, str>,
    watermark: DocumentedWatermark<'a>,
}

#[derive(Deserialize)]
struct DocumentedWatermark<'a> {
    appid: &'a str,
    /// Seconds since the Unix epoch.
    timestamp: i64,
}

impl<'a> Documented<'a> {
    /// Reads a JSON object; `None` where it is of another form.
    pub(super) fn read(json: &'a str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    pub(super) fn watermark(&self) -> Watermark {
        let timestamp = Timestamp::from_millis(self.watermark.timestamp.saturating_mul(1000));
        Watermark { app_id: self.watermark.appid.to_owned(), timestamp }
    }

    pub(super) fn openid(&self) -> Option<String> {
        self.open_id.map(ToOwned::to_owned)
    }

    pub(super) fn profile(&self) -> Profile {
        Profile {
            nickname: Nickname::kept(&self.nick_name),
            avatar_url: AvatarUrl::kept(&self.avatar_url),
            gender: Gender::try_from(self.gender).unwrap_or_default(),
            language: ProfileText::kept(&self.language),
            country: ProfileText::kept(&self.country),
            province: ProfileText::kept(&self.province),
            city: ProfileText::kept(&self.city),
        }
    }
}
