use std::borrow::Cow;

use domain::{open_data::Watermark, time::Timestamp};
use serde::Deserialize;

/// The `watermark` member of open data (开放数据校验与解密, 数据水印).
#[derive(Deserialize)]
pub(super) struct WatermarkJson<'a> {
    #[serde(borrow)]
    appid: Cow<'a, str>,
    /// Seconds since the Unix epoch.
    timestamp: i64,
}

impl WatermarkJson<'_> {
    pub(super) fn to_watermark(&self) -> Watermark {
        Watermark {
            app_id: self.appid.clone().into_owned(),
            timestamp: Timestamp::from_millis(self.timestamp.saturating_mul(1000)),
        }
    }
}
