use std::{borrow::Cow, fmt};

use domain::{
    open_data::{OpenDataFault, Watermark},
    user::{AvatarUrl, Gender, Nickname, Profile, ProfileText},
};
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::watermark::WatermarkJson;

/// The known fields of open data, as raw JSON.
///
/// One pass validates the JSON and finds the fields. Each field is parsed later and on its own, so that one
/// with a wrong type does not affect the others. Of duplicate fields the last one counts, as in JavaScript.
#[derive(Default)]
pub(super) struct Fields<'a> {
    open_id: Option<&'a RawValue>,
    nick_name: Option<&'a RawValue>,
    gender: Option<&'a RawValue>,
    language: Option<&'a RawValue>,
    city: Option<&'a RawValue>,
    province: Option<&'a RawValue>,
    country: Option<&'a RawValue>,
    avatar_url: Option<&'a RawValue>,
    watermark: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Field {
    OpenId,
    NickName,
    Gender,
    Language,
    City,
    Province,
    Country,
    AvatarUrl,
    Watermark,
    #[serde(other)]
    Other,
}

impl<'a> Fields<'a> {
    /// Parses a JSON object.
    pub(super) fn parse(json: &'a str) -> Result<Self, OpenDataFault> {
        serde_json::from_str(json).map_err(|_| classify(json))
    }

    /// The watermark, if it has the documented form.
    pub(super) fn watermark(&self) -> Option<Watermark> {
        let watermark: WatermarkJson<'_> = serde_json::from_str(self.watermark?.get()).ok()?;
        Some(watermark.to_watermark())
    }

    /// The openid. One that is not a string is returned as raw JSON, so that it fails the comparison instead
    /// of counting as absent.
    pub(super) fn openid(&self) -> Option<String> {
        let open_id = self.open_id.filter(|value| value.get() != "null")?;
        Some(string(Some(open_id)).map_or_else(|| open_id.get().to_owned(), Cow::into_owned))
    }

    /// The profile, if there is a nickname. Fields that are absent or have a wrong type are empty.
    pub(super) fn profile(&self) -> Option<Profile> {
        let nickname = string(Some(self.nick_name?));
        Some(Profile {
            nickname: nickname.map_or_else(Nickname::empty, |text| Nickname::kept(&text)),
            avatar_url: string(self.avatar_url).map_or_else(AvatarUrl::empty, |text| AvatarUrl::kept(&text)),
            gender: self.gender.map_or(Gender::Unknown, gender),
            language: profile_text(self.language),
            country: profile_text(self.country),
            province: profile_text(self.province),
            city: profile_text(self.city),
        })
    }

    fn slot(&mut self, field: &Field) -> Option<&mut Option<&'a RawValue>> {
        match field {
            Field::OpenId => Some(&mut self.open_id),
            Field::NickName => Some(&mut self.nick_name),
            Field::Gender => Some(&mut self.gender),
            Field::Language => Some(&mut self.language),
            Field::City => Some(&mut self.city),
            Field::Province => Some(&mut self.province),
            Field::Country => Some(&mut self.country),
            Field::AvatarUrl => Some(&mut self.avatar_url),
            Field::Watermark => Some(&mut self.watermark),
            Field::Other => None,
        }
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Fields::default();
        while let Some(field) = map.next_key()? {
            match fields.slot(&field) {
                Some(slot) => *slot = Some(map.next_value()?),
                None => {
                    let IgnoredAny = map.next_value()?;
                }
            }
        }
        Ok(fields)
    }
}

/// Classifies a text that is not a JSON object.
fn classify(json: &str) -> OpenDataFault {
    let is_object = json.trim_start().starts_with('{');
    match serde_json::from_str::<IgnoredAny>(json) {
        Ok(_) if !is_object => OpenDataFault::NotAnObject,
        Ok(_) | Err(_) => OpenDataFault::InvalidJson,
    }
}

/// The value of a JSON string, or `None` for another type. Most strings have no escapes and are borrowed.
fn string(value: Option<&RawValue>) -> Option<Cow<'_, str>> {
    let json = value?.get();
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        serde_json::from_str(json).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}

fn profile_text(value: Option<&RawValue>) -> ProfileText {
    string(value).map_or_else(ProfileText::empty, |text| ProfileText::kept(&text))
}

fn gender(value: &RawValue) -> Gender {
    value.get().parse::<u8>().ok().and_then(|number| Gender::try_from(number).ok()).unwrap_or_default()
}
