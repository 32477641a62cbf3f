//! WeChat's errcodes.

use std::borrow::Cow;

use domain::login::{ExchangeError, Refusal, Trouble};

/// What a listed errcode means for a code exchange.
#[derive(Clone, Copy)]
enum Meaning {
    Busy,
    InvalidCode,
    CodeUsed,
    UserBlocked,
    RateLimited,
    Refused(Refusal),
}

use Meaning::{Busy, CodeUsed, InvalidCode, RateLimited, Refused, UserBlocked};
use Refusal::{AddressNotAllowed, AwaitsConfirmation, Frozen, Misconfigured, QuotaUsedUp, Unlisted};

/// The code was used before.
pub(crate) const CODE_USED: i64 = 40163;

/// WeChat does not know the app id.
pub(crate) const INVALID_APPID: i64 = 40013;

/// The errcodes that an exchange can return, from WeChat's code2Session and access token pages and its table
/// of global return codes.
const LISTED: &[(i64, Meaning)] = &[
    (-1, Busy),
    (40001, Refused(Misconfigured)),
    (40002, Refused(Misconfigured)),
    (INVALID_APPID, Refused(Misconfigured)),
    (40014, Refused(Misconfigured)),
    (40029, InvalidCode),
    (40125, Refused(Misconfigured)),
    (CODE_USED, CodeUsed),
    (40164, Refused(AddressNotAllowed)),
    (40226, UserBlocked),
    (40243, Refused(Frozen)),
    (41002, Refused(Misconfigured)),
    (41004, Refused(Misconfigured)),
    (41008, Refused(Misconfigured)),
    (42003, InvalidCode),
    (43003, Refused(Misconfigured)),
    (45009, Refused(QuotaUsedUp)),
    (45011, RateLimited),
    (50002, Refused(Frozen)),
    (50004, Refused(Frozen)),
    (50007, Refused(Frozen)),
    (89501, Refused(AwaitsConfirmation)),
    (89503, Refused(AwaitsConfirmation)),
    (89506, Refused(AwaitsConfirmation)),
    (89507, Refused(AwaitsConfirmation)),
];

fn listed(errcode: i64) -> Option<Meaning> {
    LISTED.iter().find(|row| row.0 == errcode).map(|(_, meaning)| *meaning)
}

/// Maps a non-zero `errcode`. One that is not listed is transient if it is negative, like WeChat's -1, and
/// permanent if it is positive.
pub(crate) fn exchange_error(errcode: i64) -> ExchangeError {
    let unlisted = if errcode < 0 { Busy } else { Refused(Unlisted) };
    match listed(errcode).unwrap_or(unlisted) {
        Busy => ExchangeError::Unavailable(Trouble::Busy),
        InvalidCode => ExchangeError::InvalidCode,
        CodeUsed => ExchangeError::CodeUsed,
        UserBlocked => ExchangeError::UserBlocked,
        RateLimited => ExchangeError::RateLimited,
        Refused(refusal) => ExchangeError::Refused { refusal, errcode },
    }
}

/// The errcode as a metric label: itself if it is listed, otherwise `other`, which bounds the number of
/// labels.
pub(crate) fn label(errcode: i64) -> Cow<'static, str> {
    listed(errcode).map_or(Cow::Borrowed("other"), |_| errcode.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_without_duplicates() {
        assert!(LISTED.is_sorted_by(|row, next| row.0 < next.0));
    }

    #[test]
    fn unlisted_errcodes_are_classified_by_their_sign() {
        assert_eq!(exchange_error(-2), ExchangeError::Unavailable(Trouble::Busy));
        assert_eq!(exchange_error(99999), ExchangeError::Refused { refusal: Unlisted, errcode: 99999 });
        assert_eq!(exchange_error(i64::MAX), ExchangeError::Refused { refusal: Unlisted, errcode: i64::MAX });
        assert_eq!(label(40029), "40029");
        assert_eq!(label(-2), "other");
        assert_eq!(label(99999), "other");
    }
}
