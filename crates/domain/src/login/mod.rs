//! Login: a one-time code becomes a session.
//!
//! `wx.login` gives the client a code; the exchange of it at WeChat tells who that is and brings
//! the session_key. A login succeeds for every valid code, whether the user is known or not. The
//! key is stored before the client is answered, so whatever it collects next fits the ring.
//!
//! A login can be repeated: with an [`IdempotencyKey`](crate::one_time_code::IdempotencyKey), the same code sent again within five
//! minutes is the same login, on any instance.

mod attempts;
mod claim;
mod code;
mod decide;
mod exchange;
mod login;
mod outcome;
mod record;

pub use code::LoginCode;
#[cfg(feature = "mocks")]
pub use exchange::MockCodeExchange;
pub use exchange::{CodeExchange, ExchangeError, Exchanged};
pub use login::{Login, LoginPorts};
pub use outcome::{LoggedIn, LoginCommand, LoginError, Standing};
