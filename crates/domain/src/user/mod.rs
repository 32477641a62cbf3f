//! Users and what they show of themselves.
//!
//! Nickname and avatar are typed in or signed by WeChat, but never proof of anything: since
//! WeChat stopped giving them out, most users carry "微信用户" and a grey picture until they fill
//! the form themselves. Who a user is rests on their identities alone.

mod find;
mod nickname_key;
mod ports;
mod profile;

pub use find::{FindUser, FindUserCommand, FindUserError, FoundUser, UserReference};
pub use nickname_key::NicknameKey;
pub use ports::{UserChange, Users};
pub use profile::{AvatarUrl, Gender, Nickname, Profile, ProfileChange, ProfileText};

pub use crate::ids::UserId;
use crate::{app::OpenPlatform, ids::UnionId, text::named, time::Timestamp, version::Version};

named! {
    /// Whether a user may sign in.
    UserStatus {
        /// They may.
        Active = "active",
        /// An operator blocked them.
        Blocked = "blocked",
        /// Their data was erased; the row keeps the id from being used again.
        Erased = "erased",
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
    /// The version that was read; a change is applied while it is on record. It also guards which
    /// identities are bound to the user.
    pub version: Version,
    /// When they registered.
    pub created_at: Timestamp,
    /// When the row last changed.
    pub updated_at: Timestamp,
}
