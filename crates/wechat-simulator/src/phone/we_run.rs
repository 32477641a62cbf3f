//! `wx.getWeRunData`.

use axum::{Json, extract::State};
use serde::Serialize;

use super::Phone;
use crate::{
    Refusal, Simulator, UserId,
    fields::Fields,
    open_data::{self, Watermark},
};

const DAYS: i64 = 31;
const DAY_SECONDS: i64 = 86_400;
/// WeChat's days begin at midnight in China, UTC+8.
const CHINA_SECONDS: i64 = 8 * 3600;

/// What `wx.getWeRunData` hands to its success callback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WeRunAnswer {
    /// The steps of the last 31 days and a watermark, encrypted; base64.
    pub encrypted_data: String,
    /// The IV of `encrypted_data`; base64.
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
    /// `wx.getWeRunData` on any of the user's devices, encrypted under the newest key. The steps of a user and
    /// day are always the same.
    pub fn get_we_run_data(&self, app_id: &str, user: UserId) -> Result<WeRunAnswer, Refusal> {
        let user = self.world.users.get(user)?;
        let app = self.world.apps.get(app_id)?;
        let key = user.with_account(&app, self.now_ms(), |account| account.key.key());
        let now = self.world.clock.now_seconds();
        let data = WeRunData {
            step_info_list: steps(user.id, now),
            watermark: Watermark { timestamp: now, appid: app_id },
        };
        let sealed = open_data::seal(&data, &key);
        Ok(WeRunAnswer { encrypted_data: sealed.encrypted_data, iv: sealed.iv, err_msg: "getWeRunData:ok" })
    }
}

fn steps(user: UserId, now_seconds: i64) -> Vec<StepInfo> {
    let today = (now_seconds + CHINA_SECONDS).div_euclid(DAY_SECONDS);
    let seed = i64::try_from(user.number()).unwrap_or_default();
    (today - DAYS + 1..=today)
        .map(|day| StepInfo {
            timestamp: day * DAY_SECONDS - CHINA_SECONDS,
            step: (seed * 7919 + day * 104_729).rem_euclid(20_000),
        })
        .collect()
}

pub(super) async fn route(
    State(simulator): State<Simulator>,
    mut fields: Fields,
) -> Result<Json<WeRunAnswer>, Refusal> {
    let phone = Phone::read(&mut fields)?;
    fields.finish()?;
    simulator.get_we_run_data(&phone.app_id, phone.user).map(Json)
}
