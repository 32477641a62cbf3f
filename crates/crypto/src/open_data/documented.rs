use std::borrow::Cow;

use domain::{
    open_data::Watermark,
    user::{AvatarUrl, Gender, Nickname, Profile, ProfileText},
};
use serde::Deserialize;

use super::watermark::WatermarkJson;

/// Open data in exactly the form that WeChat documents: every field has its type and occurs once.
///
/// Almost all data has this form, which deserializes in one pass. Other data is read field by field as
/// [`Fields`](super::fields::Fields).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Documented<'a> {
    open_id: Option<&'a str>,
    #[serde(borrow, default)]
    nick_name: Option<Cow<'a, str>>,
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
    #[serde(borrow)]
    watermark: WatermarkJson<'a>,
}

impl<'a> Documented<'a> {
    /// Parses a JSON object. `None` if it does not have the documented form.
    pub(super) fn parse(json: &'a str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    pub(super) fn watermark(&self) -> Watermark {
        self.watermark.to_watermark()
    }

    pub(super) fn openid(&self) -> Option<String> {
        self.open_id.map(ToOwned::to_owned)
    }

    pub(super) fn profile(&self) -> Option<Profile> {
        Some(Profile {
            nickname: Nickname::kept(self.nick_name.as_deref()?),
            avatar_url: AvatarUrl::kept(&self.avatar_url),
            gender: Gender::try_from(self.gender).unwrap_or_default(),
            language: ProfileText::kept(&self.language),
            country: ProfileText::kept(&self.country),
            province: ProfileText::kept(&self.province),
            city: ProfileText::kept(&self.city),
        })
    }
}
