//! Pushes (消息推送): WeChat's messages to an app's server.
//!
//! An app has a push address, which WeChat verifies before it uses it. A message is sent there, and sent again
//! until the server accepts it or the attempts are used up. The waits between them pass by the virtual clock.

mod address;
mod client;
mod deliver;
mod event;
mod log;
mod message;
mod request;

use axum::{
    Router,
    routing::{get, post, put},
};

pub use address::{PushAddress, PushFormat, PushMode};
pub use client::PushAnswer;
pub(crate) use client::PushClient;
pub use event::{Delivery, NewPush, PushEvent};
pub(crate) use log::PushLog;
pub use log::{Push, PushAttempt, PushState};

use crate::Simulator;

pub(crate) fn routes() -> Router<Simulator> {
    Router::new()
        .route("/sim/apps/{app_id}/push", put(address::set).delete(address::remove))
        .route("/sim/push", post(event::push))
        .route("/sim/pushes", get(log::read).delete(log::clear))
}
