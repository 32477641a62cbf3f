use std::time::Duration;

use async_trait::async_trait;

use super::{BoundPhone, PhoneCode, PhoneNumber};
use crate::{
    ids::{IdentityId, UserId},
    recovery::{Recover, Recovery},
    sealing::{SealError, Sealed, SealedPlace, Sealer},
    session::Digest,
    store_error::StoreError,
    time::Timestamp,
    wechat::{Answered, CallError},
};

/// Why a phone code brought no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneCodeError {
    /// The code is wrong, expired, used, another app's or another user's (40029, 40013, 40003).
    #[error("WeChat does not know the phone code")]
    InvalidCode,
    /// The exchange took place, but its answer was lost, and with it the number.
    #[error("the answer to the exchange was lost")]
    AnswerLost,
    /// The call failed, whatever the code.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl PhoneCodeError {
    /// Whether the code will be refused again, whenever it is sent.
    pub(super) const fn is_final(self) -> bool {
        match self {
            Self::InvalidCode | Self::AnswerLost => true,
            Self::Call(_) => false,
        }
    }
}

impl Recovery for PhoneCodeError {
    fn recover(&self) -> Recover {
        match self {
            Self::InvalidCode | Self::AnswerLost => Recover::CollectAgain,
            Self::Call(error) => error.recover(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Call(error) => error.retry_after(),
            Self::InvalidCode | Self::AnswerLost => None,
        }
    }
}

/// Exchanges phone codes at WeChat.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PhoneNumbers: Send + Sync {
    /// Exchanges `code` for the number of `identity` (getPhoneNumber's page). WeChat is told the openid, and
    /// refuses the code of somebody else. A code is single-use, and each exchange is paid for: where the
    /// first answer was lost, one repetition may tell so ([`PhoneCodeError::AnswerLost`]).
    async fn exchange(
        &self,
        identity: &IdentityId,
        code: &PhoneCode,
    ) -> Result<PhoneNumber, Answered<PhoneCodeError>>;
}

/// Makes the index by which a number is found in the store, without the number being in it.
pub trait BlindIndex: Send + Sync {
    /// The index of a number: a keyed hash of its E.164 form. Without the key, nobody can try out numbers.
    fn index_of(&self, number: &PhoneNumber) -> Digest;
}

/// The number of a user, as the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    /// Whose it is.
    pub user_id: UserId,
    /// The number under a master key.
    pub sealed: Sealed,
    /// Its blind index. No two users have the same.
    pub blind_index: Digest,
    /// When it was bound.
    pub bound_at: Timestamp,
}

impl Phone {
    /// Seals a number for a user.
    pub(super) fn seal(
        sealer: &dyn Sealer,
        user_id: UserId,
        number: &PhoneNumber,
        blind_index: Digest,
        bound_at: Timestamp,
    ) -> Result<Self, SealError> {
        let sealed = sealer.seal(number.to_sealed_text().as_bytes(), &place_of(user_id))?;
        Ok(Self { user_id, sealed, blind_index, bound_at })
    }

    /// The number, for its owner or for a service that may see it.
    pub(crate) fn opened(&self, sealer: &dyn Sealer) -> Result<BoundPhone, SealError> {
        Ok(BoundPhone { number: self.number(sealer)?, bound_at: self.bound_at })
    }

    /// The number.
    pub fn number(&self, sealer: &dyn Sealer) -> Result<PhoneNumber, SealError> {
        let text = sealer.open(&self.sealed, &place_of(self.user_id))?;
        unsealed(&text)
    }
}

/// A number that was sealed.
pub(super) fn unsealed(text: &[u8]) -> Result<PhoneNumber, SealError> {
    let text = str::from_utf8(text).map_err(|_| SealError::Broken)?;
    PhoneNumber::from_sealed_text(text).map_err(|_| SealError::Broken)
}

/// Where the number of a user rests.
pub(crate) fn place_of(user: UserId) -> SealedPlace {
    SealedPlace::in_table("phones").at(user.as_uuid().as_bytes())
}

/// A change to the number of a user. It is committed together with a change to the user, whose version
/// guards that no block, erasure or joining overlooks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneChange {
    /// Gives a user a number. Conflicts where the user has one, or the number has a user.
    Bind(Phone),
    /// Writes `next` in the place of `seen`, which is the same user's. Conflicts where the user's number on
    /// record is not `seen`, or the number of `next` has a user.
    Replace {
        /// The number that was read.
        seen: Phone,
        /// The number after it.
        next: Phone,
    },
    /// Removes the number. Conflicts where the user's number on record is not the one that is given here.
    Unbind(Phone),
}

/// The phone numbers on record.
#[async_trait]
pub trait Phones: Send + Sync {
    /// The number of a user.
    async fn of_user(&self, user: UserId) -> Result<Option<Phone>, StoreError>;

    /// Whose number has this blind index.
    async fn find_by_index(&self, blind_index: &Digest) -> Result<Option<Phone>, StoreError>;
}
