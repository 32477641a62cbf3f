//! Sessions: who is logged in, on which phone, until when.
//!
//! A login always yields a session. It starts out *unregistered* where the user is unknown; the
//! state says which routes it opens. The token is shown once and stored as a hash.
//!
//! [`Authenticate`] is the hot path of the whole server: token, hash, in-process cache, store.

mod authenticate;
mod cache;
mod check_key;
mod details;
mod end;
mod known_revocations;
mod list;
mod live;
mod person;
mod ports;
mod presented;
mod reference;
mod refresh;
mod session;
mod token;
mod touch;

use std::time::Duration;

pub use authenticate::{Authenticate, AuthenticateError, AuthenticatePorts, Caller};
pub use cache::SessionCache;
pub use check_key::{CheckSessionKey, CheckSessionKeyError, CheckSessionKeyPorts};
pub use details::{FindSessionDetails, SessionDetails};
pub use end::{EndAllSessions, EndOtherSession, EndOtherSessionError, EndPorts, EndSession, EndSessionError};
pub use list::{ListSessions, ListSessionsError, ListedSession};
pub use live::{CountLiveSessions, LiveSessions};
pub use person::Person;
pub use ports::{Cap, RecordedRevocation, SessionChange, Sessions, Touch};
pub use presented::{Presented, SessionCheck};
pub use reference::{NamedSessionError, SessionReference};
pub use refresh::RefreshRevocations;
pub use session::{
    LoginRoute, Revocation, RevocationReason, Session, SessionLifetime, SessionState, Succession,
};
pub use token::{Digest, Token, TokenHash, Tokens};
pub use touch::{FlushTouches, Touches};
pub(crate) use {
    end::{BATCH, revoke_all, revoking},
    person::PersonRecord,
    session::NewSession,
};

pub use crate::{client::ClientInfo, ids::SessionId};

/// For how long a login or a registration can be repeated: as long as WeChat's code lives
/// (five minutes, wx.login's page).
pub(crate) const REPEATABLE_FOR: Duration = Duration::from_mins(5);
