//! An offline simulation of WeChat.
//!
//! A [`Simulator`] has four parts:
//!
//! - the **platform**: WeChat's server endpoints, with the exact bytes of their replies;
//! - **virtual phones**: what a Mini Program's `wx.login`, `wx.getUserInfo`, `wx.requestVirtualPayment` and
//!   others return;
//! - **pushes**: WeChat's messages to an app's server, with their signatures, encryption and retries;
//! - the **controls**: a virtual clock, key rotation, faults, and a log of calls to the platform.
//!
//! | platform route | WeChat's name |
//! |---|---|
//! | `GET /sns/jscode2session` | code2Session |
//! | `GET /cgi-bin/token` · `POST /cgi-bin/stable_token` | getAccessToken, getStableAccessToken |
//! | `GET /wxa/checksession` · `GET /wxa/resetusersessionkey` | checkSessionKey, ResetUserSessionKey |
//! | `GET` or `POST /wxa/business/getuserencryptkey` | getUserEncryptKey |
//! | `POST /wxa/business/getuserphonenumber` | getPhoneNumber |
//! | `POST /wxa/set_user_storage` · `/wxa/setuserinteractivedata` | the storage of games |
//! | `POST /xpay/query_user_balance` · `currency_pay` · `cancel_currency_pay` | the tokens of virtual payment |
//! | `POST /wxa/game/getbalance` · `pay` · `cancelpay` · `present` | the coins of games |
//!
//! | phone and control route | effect or reply |
//! |---|---|
//! | `POST /sim/apps` `{app_id, secret, open_platform?, ip_whitelist?, offers?, push?}`, see [`App`] | registers or replaces an app |
//! | `PUT /sim/apps/{app_id}/push` `{url, token, mode?, encoding_aes_key?, format?}` · `DELETE /sim/apps/{app_id}/push`, see [`PushAddress`] | verifies and sets the push address, removes it |
//! | `POST /sim/users` `{nickname?, …}`, see [`NewUser`] | creates a WeChat user: `{user_id}` |
//! | `POST /sim/users/{id}/rotate` `{app_id}` | replaces the `session_key` |
//! | `POST /sim/users/{id}/expire` `{app_id}` | lets the `session_key` expire |
//! | `POST /sim/access-tokens/kill` `{app_id}` | makes the app's access tokens invalid |
//! | `POST /sim/wx/login` `{app_id, user_id, device?}` | `{code, errMsg}` |
//! | `POST /sim/wx/checkSession` `{app_id, user_id, device?}` | `{errMsg}` |
//! | `POST /sim/wx/getUserInfo` `{app_id, user_id, device?, anonymous?}` | `{userInfo, rawData, signature, encryptedData, iv, errMsg}` |
//! | `POST /sim/wx/getWeRunData` `{app_id, user_id, device?}` | `{encryptedData, iv, errMsg}` |
//! | `POST /sim/wx/getPhoneNumber` `{app_id, user_id, device?}` | `{code, encryptedData, iv, errMsg}` |
//! | `POST /sim/wx/requestVirtualPayment` `{app_id, user_id, device?, signData, paySig, signature, mode?}`; likewise `requestSubscribeSign`, `requestCommonPayment`, `requestMidasPaymentGameItem` | `{errMsg, errCode?}` |
//! | `POST /sim/wx/addPhoneCalendar` `{app_id, user_id, device?, path, signature}` | `{errMsg, errCode?}` |
//! | `POST /sim/wx/joinVoIPChat` `{app_id, user_id, device?, groupId, nonceStr, timeStamp, signature}` | `{errMsg, errCode?}` |
//! | `POST /sim/push` `{app_id, event, user_id?, revoke_info?, fields?, delivery?}`, see [`NewPush`] | pushes a message, see [`Push`] |
//! | `GET /sim/pushes` `?app_id=` · `DELETE /sim/pushes` | `{pushes}`, see [`Push`] |
//! | `GET /sim/clock` · `POST /sim/clock/advance` `{seconds}` | `{now}`, in milliseconds since 1970-01-01 UTC |
//! | `PUT /sim/faults` `[{endpoint, kind, …}]` · `DELETE /sim/faults` | see [`Fault`] |
//! | `GET /sim/calls` `?endpoint=` · `DELETE /sim/calls` | see [`Calls`] |
//! | `GET /healthz` | `ok` |
//!
//! The content type of a `POST` or `PUT` to `/sim` has to be `application/json`. An invalid request there gets
//! 400, 404, 405, 409 or 415 with `{"error": {"field", "message"}}`.
//!
//! All state is in memory and bounded: 2,000,000 users, 1,000 apps, 64 devices per user and app, about a
//! million codes of each kind and 100,000 order numbers (older ones are evicted), 16 access tokens of each kind
//! per app, 10,000 logged calls, 1,000 pushes.

mod calls;
mod clock;
mod configuration;
mod errmsg;
mod error;
mod faults;
mod fields;
mod json_only;
pub mod message_encryption;
pub mod open_data;
mod phone;
mod platform;
mod push;
mod random;
mod serve;
pub mod signatures;
mod simulator;
mod wire;
mod world;

pub use calls::{Call, Calls};
pub use configuration::{App, Offer, Policies, RealClock, SimulatorConfig};
pub use error::SimulatorError;
pub use faults::{Fault, FaultKind};
pub use phone::{
    CheckSessionResult, LoginResult, PaymentFunction, PaymentRequest, PhoneNumberResult, SignedCallResult,
    UserInfo, UserInfoAnswer, WeRunResult,
};
pub use push::{
    Delivery, NewPush, Push, PushAddress, PushAnswer, PushAttempt, PushEvent, PushFormat, PushMode, PushState,
};
pub use simulator::Simulator;
pub use world::{NewUser, SessionKey, UserId};
