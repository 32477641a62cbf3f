//! A WeChat that never was online.
//!
//! Three parts share one [`Simulator`]:
//!
//! - the **platform**: WeChat's server endpoints, with their exact quirks on the wire;
//! - **virtual phones**: what a Mini Program's `wx.login`, `wx.checkSession`, `wx.getUserInfo` and
//!   `wx.getWeRunData` would hand to its back end;
//! - the **controls**: a virtual clock, key rotation, faults, and a record of what the platform was asked.
//!
//! | route | does |
//! |---|---|
//! | `GET /sns/jscode2session` | WeChat's code2Session |
//! | `POST /sim/apps` `{app_id, secret, open_platform?, ip_whitelist?}` | registers an app, or replaces it |
//! | `POST /sim/users` `{nickname?, …}`, see [`NewUser`] | a WeChat user: `{user_id}` |
//! | `POST /sim/users/{id}/rotate` `{app_id}` | a new `session_key` at once |
//! | `POST /sim/wx/login` `{app_id, user_id, device?}` | `{code, errMsg}` |
//! | `POST /sim/wx/checkSession` `{app_id, user_id, device?}` | `{errMsg}` |
//! | `POST /sim/wx/getUserInfo` `{app_id, user_id, device?, anonymous?}` | `{userInfo, rawData, signature, encryptedData, iv, errMsg}` |
//! | `POST /sim/wx/getWeRunData` `{app_id, user_id, device?}` | `{encryptedData, iv, errMsg}` |
//! | `GET /sim/clock` · `POST /sim/clock/advance` `{seconds}` | `{now}`, milliseconds since 1970 |
//! | `PUT /sim/faults` `[{endpoint, kind, …}]` · `DELETE /sim/faults` | see [`Fault`] |
//! | `GET /sim/calls` `?endpoint=` · `DELETE /sim/calls` | see [`Calls`] |
//! | `GET /healthz` | `ok` |
//!
//! A bad request to `/sim` is answered 400, 404, 405 or 409 with `{"error": {"field", "message"}}`.
//!
//! Everything lives in memory and everything is bounded: 2,000,000 users, 1,000 apps, 64 devices per
//! user and app, a million live codes (the oldest are forgotten beyond that), 10,000 recorded calls.

mod calls;
mod clock;
mod configuration;
mod faults;
mod fields;
pub mod open_data;
mod phone;
mod platform;
mod random;
mod refusal;
mod serve;
mod simulator;
mod wire;
mod world;

pub use calls::{Call, Calls};
pub use configuration::{App, Policies, RealClock, SimulatorConfig};
pub use faults::{Fault, FaultKind};
pub use phone::{CheckSession, Login, UserInfo, UserInfoAnswer, WeRunAnswer};
pub use refusal::Refusal;
pub use simulator::Simulator;
pub use world::{NewUser, SessionKey, UserId};
