use domain::{
    time::Timestamp,
    user::{Gender, NicknameKey, Profile, Union, User, UserId, UserStatus},
    version::Version,
};
use sea_orm::{Set, entity::prelude::*};

use crate::{
    inconsistency::{Inconsistency, Row},
    tables::Relation,
};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) status: String,
    pub(crate) open_platform: Option<String>,
    pub(crate) unionid: Option<String>,
    pub(crate) nickname: String,
    /// Null in rows that a version before it wrote.
    pub(crate) nickname_key: Option<String>,
    pub(crate) avatar_url: String,
    pub(crate) gender: i8,
    pub(crate) language: String,
    pub(crate) country: String,
    pub(crate) province: String,
    pub(crate) city: String,
    pub(crate) version: u32,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for User {
    type Error = Inconsistency;

    fn try_from(model: Model) -> Result<Self, Inconsistency> {
        let row = Row::new("users", model.id);
        let union = match (model.open_platform, model.unionid) {
            (Some(open_platform), Some(unionid)) => Some(Union {
                open_platform: row.parse("open_platform", open_platform)?,
                unionid: row.parse("unionid", unionid)?,
            }),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => {
                return row.check("unionid", Err("half of a pair with open_platform"));
            }
        };
        let gender = u8::try_from(model.gender).ok().and_then(|gender| Gender::try_from(gender).ok());
        Ok(Self {
            id: UserId::new(model.id),
            status: row.one_of("status", UserStatus::ALL, UserStatus::as_str, &model.status)?,
            union,
            profile: Profile {
                nickname: row.parse("nickname", model.nickname)?,
                avatar_url: row.parse("avatar_url", model.avatar_url)?,
                gender: row.check("gender", gender.ok_or("no gender"))?,
                language: row.parse("language", model.language)?,
                country: row.parse("country", model.country)?,
                province: row.parse("province", model.province)?,
                city: row.parse("city", model.city)?,
            },
            version: Version::new(model.version),
            created_at: Timestamp::from_millis(model.created_at),
            updated_at: Timestamp::from_millis(model.updated_at),
        })
    }
}

impl From<&User> for ActiveModel {
    fn from(user: &User) -> Self {
        let union = user.union.as_ref();
        let profile = &user.profile;
        Self {
            id: Set(user.id.as_uuid()),
            status: Set(user.status.as_str().to_owned()),
            open_platform: Set(union.map(|union| union.open_platform.to_string())),
            unionid: Set(union.map(|union| union.unionid.to_string())),
            nickname: Set(profile.nickname.to_string()),
            nickname_key: Set(Some(NicknameKey::from(&profile.nickname).as_str().to_owned())),
            avatar_url: Set(profile.avatar_url.to_string()),
            gender: Set(profile.gender.number().cast_signed()),
            language: Set(profile.language.to_string()),
            country: Set(profile.country.to_string()),
            province: Set(profile.province.to_string()),
            city: Set(profile.city.to_string()),
            version: Set(user.version.number()),
            created_at: Set(user.created_at.as_millis()),
            updated_at: Set(user.updated_at.as_millis()),
        }
    }
}
