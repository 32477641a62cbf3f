//! Accounts: who may sign in, as an operator decides, and who is forgotten, as they decide themselves.
//!
//! A block counts up the version of each of the user's identities, in the commit that changes the user's
//! status; an erasure removes the identities. So a login, a registration or a binding that was decided before
//! is decided again. The open sessions are ended in the same commit.

mod account;
mod block;
mod erase;
mod log_out;

pub use account::{AccountCommand, AccountError, AccountPorts};
pub use block::{BlockUser, UnblockUser};
pub use erase::{EraseSelf, EraseSelfError, EraseUser, Erasure, FRESH_LOGIN};
pub use log_out::LogOutUser;
