//! The phone button (`open-type="getPhoneNumber"`).

use axum::{Json, extract::State};
use serde::Serialize;
use serde_json::Value;

use super::Phone;
use crate::{
    Policies, Simulator, SimulatorError, UserId,
    fields::Fields,
    open_data::{self, Watermark},
    world::User,
};

/// The detail of the phone button's event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhoneNumberResult {
    /// The code for getuserphonenumber: single-use, and valid for five minutes by default.
    pub code: String,
    /// The phone number and a watermark as encrypted JSON, in base64: the way before there were codes.
    pub encrypted_data: String,
    /// The IV of `encrypted_data`, in base64.
    pub iv: String,
    /// `getPhoneNumber:ok`.
    pub err_msg: &'static str,
}

/// A phone number, as getuserphonenumber returns it and as the button encrypts it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhoneInfo<'a> {
    /// The number, after the country code if it is not Chinese.
    phone_number: String,
    pure_phone_number: String,
    country_code: Value,
    watermark: Watermark<'a>,
}

impl<'a> PhoneInfo<'a> {
    pub(crate) fn of(user: &User, watermark: Watermark<'a>, policies: Policies) -> Self {
        let (country_code, pure) = (user.country_code(), user.phone_number());
        let plus = if policies.plus_in_foreign_phone_number { "+" } else { "" };
        let country_number = country_code.parse::<u32>().ok().filter(|_| policies.country_code_as_number);
        Self {
            phone_number: if user.is_phone_foreign() {
                format!("{plus}{country_code}{pure}")
            } else {
                pure.clone()
            },
            pure_phone_number: pure,
            country_code: country_number.map_or_else(|| country_code.into(), Value::from),
            watermark,
        }
    }
}

impl Simulator {
    /// A tap on the phone button, on any of the user's devices. Needs no `wx.login` before. Encrypts with the
    /// current key.
    pub fn get_phone_number(&self, app_id: &str, user: UserId) -> Result<PhoneNumberResult, SimulatorError> {
        let user = self.world.users.get(user)?;
        let app = self.world.apps.get(app_id)?;
        let key = self.world.with_account(&user, &app, |account| account.key.key());
        let now = self.now_ms();
        let watermark = Watermark { timestamp: now.div_euclid(1000), appid: app_id.into() };
        let info = PhoneInfo::of(&user, watermark, self.world.policies);
        let encrypted = open_data::encrypt_json(&info, &key);
        Ok(PhoneNumberResult {
            code: self.world.phone_codes.issue(&app, user, now),
            encrypted_data: encrypted.encrypted_data,
            iv: encrypted.iv,
            err_msg: "getPhoneNumber:ok",
        })
    }
}

pub(super) async fn route(
    State(simulator): State<Simulator>,
    mut fields: Fields,
) -> Result<Json<PhoneNumberResult>, SimulatorError> {
    let phone = Phone::read(&mut fields)?;
    fields.reject_unknown()?;
    simulator.get_phone_number(&phone.app_id, phone.user).map(Json)
}
