//! Ids as a parameter.

use uuid::Uuid;

use crate::time::Timestamp;

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
        pub struct $name(uuid::Uuid);

        impl $name {
            /// The id with this value.
            pub const fn new(value: uuid::Uuid) -> Self {
                Self(value)
            }

            /// The id's value.
            pub const fn as_uuid(self) -> uuid::Uuid {
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
                text.parse().map(Self).map_err(|_| $crate::text::InvalidText::new("a UUID"))
            }
        }
    };
}

pub(crate) use id;
