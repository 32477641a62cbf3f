//! Accounts: who may sign in, as an operator decides.
//!
//! A block or an erasure counts up the version of each of the user's identities, in the commit that
//! changes the user's status. So a login, a registration or a binding that was decided before is
//! decided again, and refused. The open sessions are ended in the same commit.

mod account;
mod block;
mod erase;

pub use account::{AccountError, AccountPorts};
pub use block::{BlockUser, UnblockUser};
pub use erase::EraseUser;
