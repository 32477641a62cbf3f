//! Access tokens: what WeChat wants with nearly every call that names an app.
//!
//! The gateway keeps each app's token in memory and renews it ahead of need; it comes from WeChat's
//! stable_token, so that all instances have the same one. Where WeChat rejects a token, another is asked
//! for. Only if the same one comes back is a refresh forced, and that rarely: a forced refresh ends the
//! token of every instance, and WeChat allows twenty a day.

mod forced_refreshes;
mod get;
mod ports;

pub use forced_refreshes::CountForcedRefreshes;
pub(crate) use forced_refreshes::forced_refreshes_left;
pub use get::{GetAccessToken, GetAccessTokenCommand, GetAccessTokenError};
pub use ports::{
    AccessTokens, ForcedRefresh, ForcedRefreshChange, ForcedRefreshes, IssuedAccessToken, RefreshBudget,
};
#[cfg(feature = "mocks")]
pub use ports::{MockAccessTokens, MockRefreshBudget};

use crate::text::{is_visible_ascii, secret_text};

secret_text! {
    /// An app's access token. WeChat asks for room for 512 characters (Get access token's page).
    AccessToken, "1 to 1024 visible ASCII characters", "1 到 1024 个可见 ASCII 字符", |text| is_visible_ascii(text, 1024)
}
