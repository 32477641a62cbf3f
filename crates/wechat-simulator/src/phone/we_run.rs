//! `wx.getWeRunData`.

use axum::{Json, extract::State};
use serde::Serialize;

use super::Phone;
use crate::{
    Simulator, SimulatorError, UserId,
    fields::Fields,
    open_data::{self, Watermark},
};

const DAYS: i64 = 31;
const DAY_SECONDS: i64 = 86_400;
/// WeChat's days start at midnight in China, UTC+8.
const UTC_OFFSET_SECONDS: i64 = 8 * 3600;

/// The argument of `wx.getWeRunData`'s success callback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WeRunResult {
    /// The steps of the last 31 days and a watermark as encrypted JSON, in base64.
    pub encrypted_data: String,
    /// The IV of `encrypted_data`, in base64.
    pub iv: String,
    /// `getWeRunData:ok`.
    pub err_msg: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WeRunData<'a> {
    step_info_list: Vec<StepInfo>,
    watermark: Watermark<'a>,
}

#[derive(Serialize)]
struct StepInfo {
    timestamp: i64,
    step: i64,
}

impl Simulator {
    /// `wx.getWeRunData` on any of the user's devices. Encrypts with the current key. The steps depend only
    /// on the user and the day.
    pub fn get_we_run_data(&self, app_id: &str, user: UserId) -> Result<WeRunResult, SimulatorError> {
        let user = self.world.users.get(user)?;
        let app = self.world.apps.get(app_id)?;
        let key = self.world.with_account(&user, &app, |account| account.key.key());
        let now = self.world.clock.now_seconds();
        let data = WeRunData {
            step_info_list: steps(user.id, now),
            watermark: Watermark { timestamp: now, appid: app_id.into() },
        };
        let encrypted = open_data::encrypt_json(&data, &key);
        Ok(WeRunResult {
            encrypted_data: encrypted.encrypted_data,
            iv: encrypted.iv,
            err_msg: "getWeRunData:ok",
        })
    }
}

fn steps(user: UserId, now_seconds: i64) -> Vec<StepInfo> {
    let today = (now_seconds + UTC_OFFSET_SECONDS).div_euclid(DAY_SECONDS);
    let seed = i64::try_from(user.number()).unwrap_or_default();
    (today - DAYS + 1..=today)
        .map(|day| StepInfo {
            timestamp: day * DAY_SECONDS - UTC_OFFSET_SECONDS,
            step: (seed * 7919 + day * 104_729).rem_euclid(20_000),
        })
        .collect()
}

pub(super) async fn route(
    State(simulator): State<Simulator>,
    mut fields: Fields,
) -> Result<Json<WeRunResult>, SimulatorError> {
    let phone = Phone::read(&mut fields)?;
    fields.reject_unknown()?;
    simulator.get_we_run_data(&phone.app_id, phone.user).map(Json)
}
