//! The profile: showing it, typing it in, refreshing it from open data.

mod change;
mod get;
mod refresh;

pub use change::{ChangeProfile, ChangeProfileCommand, ChangeProfileError};
pub use get::{GetUser, GetUserError};
pub use refresh::{
    RefreshProfile, RefreshProfileCommand, RefreshProfileError, RefreshProfilePorts, Refreshed,
};
