//! Ids: of people as WeChat knows them, and of what this server makes itself.

use uuid::Uuid;

use crate::{
    app::AppId,
    text::{is_line, text},
    time::Timestamp,
};

/// Mints ids.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Ids: Send + Sync {
    /// A new `UUIDv7` whose time part is `now`, so that ids sort by creation.
    fn next(&self, now: Timestamp) -> Uuid;
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// The id with this value.
            pub const fn new(value: Uuid) -> Self {
                Self(value)
            }

            /// A new id, minted at `now`.
            pub(crate) fn mint(ids: &dyn Ids, now: Timestamp) -> Self {
                Self(ids.next(now))
            }

            /// The id's value.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::InvalidText;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self).map_err(|_| $crate::text::InvalidText::new("a UUID", "UUID"))
            }
        }
    };
}

id! {
    /// A user's id.
    UserId
}

id! {
    /// A session's id, for lists and logs. It is no credential.
    SessionId
}

id! {
    /// An event's id.
    EventId
}

impl EventId {
    /// An id below every one that is minted at `at` or later, and above those that are minted before.
    pub fn lowest_at(at: Timestamp) -> Self {
        Self(lowest_at(at))
    }
}

id! {
    /// A diagnosis's id.
    DiagnosisId
}

impl DiagnosisId {
    /// An id below every one that is minted at `at` or later, and above those that are minted before.
    pub fn lowest_at(at: Timestamp) -> Self {
        Self(lowest_at(at))
    }
}

fn lowest_at(at: Timestamp) -> Uuid {
    // The time of a UUIDv7 is in its first 48 bits.
    Uuid::from_u128(u128::from(at.as_millis().unsigned_abs()) << 80)
}

id! {
    /// The id of a message in the inbox.
    PushId
}

impl PushId {
    /// An id below every one that is minted at `at` or later, and above those that are minted before.
    pub fn lowest_at(at: Timestamp) -> Self {
        Self(lowest_at(at))
    }
}

id! {
    /// The id of a key that signs assertions.
    SigningKeyId
}

text! {
    /// A user's id at one app. Case and spaces count; the length is not promised
    /// (28 characters in every sample of WeChat's code2Session page).
    OpenId, "1 to 128 bytes without control characters", "1 到 128 字节的文本，不含控制字符", |text| is_line(text, 128)
}

text! {
    /// A user's id across the apps of one Open Platform account.
    UnionId, "1 to 128 bytes without control characters", "1 到 128 字节的文本，不含控制字符", |text| is_line(text, 128)
}

/// One person at one app.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdentityId {
    /// The app.
    pub app_id: AppId,
    /// The person, as this app knows them.
    pub openid: OpenId,
}
