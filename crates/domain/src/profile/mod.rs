//! Users and what they show of themselves.
//!
//! Nickname and avatar are typed in or signed by WeChat, but never proof of anything: since
//! WeChat stopped giving them out, most users carry "微信用户" and a grey picture until they fill
//! the form themselves. Who a user is rests on their identity alone.

mod change;
mod fields;
mod get;
mod ports;
mod refresh;

pub use change::{ChangeProfile, ChangeProfileCommand, ChangeProfileError};
pub use fields::{AvatarUrl, Gender, Nickname, Profile, ProfileChange, ProfileText};
pub use get::{GetUser, GetUserError};
pub use ports::Users;
pub use refresh::{RefreshProfile, RefreshProfileCommand, RefreshProfileError, Refreshed};

use crate::{app::OpenPlatform, identity::UnionId, ids::id, time::Timestamp};

id! {
    /// A user's id.
    UserId
}

/// Whether a user may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserStatus {
    /// They may.
    Active,
    /// The operator says no.
    Blocked,
    /// Their data was erased; the row keeps the id from being used again.
    Erased,
}

impl UserStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Active, Self::Blocked, Self::Erased];

    /// The name under which the status is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Blocked => "blocked",
            Self::Erased => "erased",
        }
    }
}

/// One person within one Open Platform account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Union {
    /// The account that the unionid is scoped to.
    pub open_platform: OpenPlatform,
    /// The person's id there.
    pub unionid: UnionId,
}

/// Somebody who registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Whether they may sign in.
    pub status: UserStatus,
    /// Who they are across apps, where that is known.
    pub union: Option<Union>,
    /// What they show.
    pub profile: Profile,
    /// When they registered.
    pub created_at: Timestamp,
    /// When their profile last changed.
    pub updated_at: Timestamp,
}
