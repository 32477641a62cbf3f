//! `wx.getUserInfo` with credentials.

use axum::{Json, extract::State};
use serde::Serialize;

use super::Phone;
use crate::{
    Refusal, Simulator, UserId,
    fields::Fields,
    open_data::{self, Watermark},
    world::User,
};

const GREY_AVATAR: &str = "https://thirdwx.qlogo.cn/mmopen/vi_32/POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg/132";

/// A profile, as the Mini Program sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserInfo {
    /// The WeChat name, or `微信用户`.
    pub nick_name: String,
    /// 0 unknown, 1 male, 2 female.
    pub gender: u8,
    /// The language of the phone.
    pub language: String,
    /// The city.
    pub city: String,
    /// The province.
    pub province: String,
    /// The country.
    pub country: String,
    /// Where the avatar is.
    pub avatar_url: String,
}

/// What `wx.getUserInfo` hands to its success callback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserInfoAnswer {
    /// The profile, for the Mini Program itself.
    pub user_info: UserInfo,
    /// The profile as the JSON text that was signed.
    pub raw_data: String,
    /// Lowercase hex of `sha1(rawData ‖ session_key)`.
    pub signature: String,
    /// The profile with openid, unionid and watermark, encrypted; base64.
    pub encrypted_data: String,
    /// The IV of `encrypted_data`; base64.
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
    /// `wx.getUserInfo` on any of the user's devices, signed and encrypted under the newest key, even if no
    /// back end has seen that key yet. With `anonymous` the profile is what WeChat gives since 2021-04:
    /// `微信用户`, a grey avatar and nothing else; openid and unionid stay real.
    pub fn get_user_info(
        &self,
        app_id: &str,
        user: UserId,
        anonymous: bool,
    ) -> Result<UserInfoAnswer, Refusal> {
        let user = self.world.users.get(user)?;
        let app = self.world.apps.get(app_id)?;
        let (open_id, key) =
            user.with_account(&app, self.now_ms(), |account| (account.openid.clone(), account.key.key()));
        let user_info = if anonymous { UserInfo::anonymous() } else { UserInfo::of(&user) };
        let raw_data = open_data::json(&user_info);
        let open_user_info = OpenUserInfo {
            open_id: &open_id,
            user_info: &user_info,
            union_id: user.unionid_for(&app),
            watermark: Watermark { timestamp: self.world.clock.now_seconds(), appid: app_id },
        };
        let sealed = open_data::seal(&open_user_info, &key);
        Ok(UserInfoAnswer {
            signature: open_data::sign(&raw_data, &key),
            encrypted_data: sealed.encrypted_data,
            iv: sealed.iv,
            err_msg: "getUserInfo:ok",
            user_info,
            raw_data,
        })
    }
}

impl UserInfo {
    fn of(user: &User) -> Self {
        let told = &user.told;
        let or = |text: &Option<String>, default: &str| text.clone().unwrap_or_else(|| default.to_owned());
        Self {
            nick_name: or(&told.nickname, &format!("小程序用户{}", user.id.number())),
            gender: told.gender.unwrap_or(0),
            language: or(&told.language, "zh_CN"),
            city: or(&told.city, "Guangzhou"),
            province: or(&told.province, "Guangdong"),
            country: or(&told.country, "China"),
            avatar_url: or(&told.avatar_url, GREY_AVATAR),
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
) -> Result<Json<UserInfoAnswer>, Refusal> {
    let phone = Phone::read(&mut fields)?;
    let anonymous = fields.flag("anonymous")?;
    fields.finish()?;
    simulator.get_user_info(&phone.app_id, phone.user, anonymous).map(Json)
}
