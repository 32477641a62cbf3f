//! Operators: who may use the console, and their sessions there.
//!
//! Operators are made by commands on the server's machine, which give them their passwords. They sign in
//! with the password, and with a time-based code where they have one. What they do is on record as events.

mod authenticate;
mod manage;
mod password;
mod ports;
mod session;
mod sign_in;
mod totp;

pub use authenticate::{AuthenticateOperator, AuthenticateOperatorError, SignOut, SignedInOperator};
pub use manage::{
    AddOperator, Credentials, DisableOperator, ManageOperatorError, ManageOperatorPorts, NewOperator,
    ResetOperator, SecondFactor,
};
#[cfg(feature = "mocks")]
pub use password::MockPasswords;
pub use password::{Password, PasswordHash, Passwords};
pub use ports::{OperatorChange, Operators};
pub use session::{ABSOLUTE_LIFE, IDLE_LIFE, OperatorSession};
pub use sign_in::{SignIn, SignInCommand, SignInError, SignInPorts, SignedIn};
#[cfg(feature = "mocks")]
pub use totp::MockTotp;
pub use totp::{Totp, TotpCode, TotpSecret, TotpStep};

pub use crate::event::OperatorName;
use crate::{
    sealing::{Sealed, SealedPlace},
    text::named,
    time::Timestamp,
    version::Version,
};

named! {
    /// What an operator may do.
    Role {
        /// See everything that is masked, and change nothing.
        Viewer = "viewer",
        /// Also block, erase, export, see numbers whole and change keys.
        Operator = "operator",
    }
}

/// Somebody who may use the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// Under which name they sign in.
    pub name: OperatorName,
    /// What they may do.
    pub role: Role,
    /// Their password, hashed.
    pub password: PasswordHash,
    /// The secret of their time-based codes, if they need one to sign in.
    pub totp: Option<Sealed>,
    /// The time step of the last code that was used: none is good twice.
    pub totp_step: Option<TotpStep>,
    /// Since when they may not sign in any more.
    pub disabled_at: Option<Timestamp>,
    /// When they were added.
    pub created_at: Timestamp,
    /// When they last signed in.
    pub signed_in_at: Option<Timestamp>,
    /// The version that was read; a change is applied while it is on record.
    pub version: Version,
}

impl Operator {
    /// Where the secret of this operator's codes is sealed.
    pub(crate) fn totp_place(name: &OperatorName) -> SealedPlace {
        SealedPlace::in_table("operators").at(name.as_str().as_bytes())
    }
}
