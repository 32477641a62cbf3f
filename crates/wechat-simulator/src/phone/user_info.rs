//! `wx.getUserInfo` with `withCredentials`.

use axum::{Json, extract::State};
use serde::Serialize;

use super::Phone;
use crate::{
    Simulator, SimulatorError, UserId,
    fields::Fields,
    open_data::{self, Watermark},
    world::User,
};

const GREY_AVATAR: &str = "https://thirdwx.qlogo.cn/mmopen/vi_32/POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg/132";

/// A user's profile (WeChat's `UserInfo`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserInfo {
    /// The nickname, `微信用户` if the profile is anonymous.
    pub nick_name: String,
    /// 0 unknown, 1 male, 2 female.
    pub gender: u8,
    /// The language of the WeChat client, such as `zh_CN`.
    pub language: String,
    /// The city.
    pub city: String,
    /// The province.
    pub province: String,
    /// The country.
    pub country: String,
    /// The URL of the avatar.
    pub avatar_url: String,
}

/// The argument of `wx.getUserInfo`'s success callback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserInfoAnswer {
    /// The profile.
    pub user_info: UserInfo,
    /// The profile as the JSON text that is signed.
    pub raw_data: String,
    /// Lowercase hex of `sha1(rawData ‖ session_key)`.
    pub signature: String,
    /// The profile with openid, unionid and watermark as encrypted JSON, in base64.
    pub encrypted_data: String,
    /// The IV of `encrypted_data`, in base64.
    pub iv: String,
    /// `getUserInfo:ok`.
    pub err_msg: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OpenUserInfo<'a> {
    open_id: &'a str,
    #[serde(flatten)]
    user_info: &'a UserInfo,
    #[serde(skip_serializing_if = "Option::is_none")]
    union_id: Option<String>,
    watermark: Watermark<'a>,
}

impl Simulator {
    /// `wx.getUserInfo` on any of the user's devices. Signs and encrypts with the current key, even if no
    /// server has obtained that key yet.
    ///
    /// With `anonymous` the profile is the one that WeChat returns since April 2021: `微信用户` and a grey
    /// avatar. The openid and unionid are still the user's.
    pub fn get_user_info(
        &self,
        app_id: &str,
        user: UserId,
        anonymous: bool,
    ) -> Result<UserInfoAnswer, SimulatorError> {
        let user = self.world.users.get(user)?;
        let app = self.world.apps.get(app_id)?;
        let (open_id, key) =
            self.world.with_account(&user, &app, |account| (account.openid.clone(), account.key.key()));
        let user_info = if anonymous { UserInfo::anonymous() } else { UserInfo::of(&user) };
        let raw_data = open_data::json(&user_info);
        let open_user_info = OpenUserInfo {
            open_id: &open_id,
            user_info: &user_info,
            union_id: user.unionid_for(&app),
            watermark: Watermark { timestamp: self.world.clock.now_seconds(), appid: app_id.into() },
        };
        let encrypted = open_data::encrypt_json(&open_user_info, &key);
        Ok(UserInfoAnswer {
            signature: open_data::sign(&raw_data, &key),
            encrypted_data: encrypted.encrypted_data,
            iv: encrypted.iv,
            err_msg: "getUserInfo:ok",
            user_info,
            raw_data,
        })
    }
}

impl UserInfo {
    fn of(user: &User) -> Self {
        let attributes = &user.attributes;
        let or = |text: &Option<String>, default: &str| text.clone().unwrap_or_else(|| default.to_owned());
        Self {
            nick_name: or(&attributes.nickname, &format!("小程序用户{}", user.id.number())),
            gender: attributes.gender.unwrap_or(0),
            language: or(&attributes.language, "zh_CN"),
            city: or(&attributes.city, "Guangzhou"),
            province: or(&attributes.province, "Guangdong"),
            country: or(&attributes.country, "China"),
            avatar_url: or(&attributes.avatar_url, GREY_AVATAR),
        }
    }

    fn anonymous() -> Self {
        Self {
            nick_name: "微信用户".to_owned(),
            gender: 0,
            language: String::new(),
            city: String::new(),
            province: String::new(),
            country: String::new(),
            avatar_url: GREY_AVATAR.to_owned(),
        }
    }
}

pub(super) async fn route(
    State(simulator): State<Simulator>,
    mut fields: Fields,
) -> Result<Json<UserInfoAnswer>, SimulatorError> {
    let phone = Phone::read(&mut fields)?;
    let anonymous = fields.flag("anonymous")?;
    fields.reject_unknown()?;
    simulator.get_user_info(&phone.app_id, phone.user, anonymous).map(Json)
}
