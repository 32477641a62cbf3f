//! WeChat's errcodes.

use std::{borrow::Cow, time::Duration};

use domain::wechat::{CallError, Refusal, Trouble};

/// What a listed errcode means.
#[derive(Clone, Copy)]
enum Meaning {
    /// Try again.
    Busy,
    /// Too many calls in this minute.
    RateLimited,
    /// The app's calls are refused.
    Refused(Refusal),
    /// It is about the code, the user or the key in the request: only the endpoint can tell.
    Request,
}

use Meaning::{Busy, RateLimited, Refused, Request};
use Refusal::{
    AddressNotAllowed, AwaitsConfirmation, Frozen, Misconfigured, NotPermitted, QuotaUsedUp, Unlisted,
};

/// The openid is not one of the app's.
pub(crate) const INVALID_OPENID: i64 = 40003;

/// WeChat does not know the app id.
pub(crate) const INVALID_APPID: i64 = 40013;

/// The app's secret is wrong.
pub(crate) const INVALID_SECRET: i64 = 40125;

/// The code is not known.
pub(crate) const INVALID_CODE: i64 = 40029;

/// The code was used before.
pub(crate) const CODE_USED: i64 = 40163;

/// The user is held for high-risk.
pub(crate) const CODE_BLOCKED: i64 = 40226;

/// The code expired (table of global return codes).
pub(crate) const CODE_EXPIRED: i64 = 42003;

/// There is no session_key, or it expired.
pub(crate) const NO_SESSION_KEY: i64 = 87007;

/// The signature was not made with the current session_key.
pub(crate) const INVALID_SIGNATURE: i64 = 87009;

/// Whether WeChat rejects the access token: it is replaced, malformed or expired.
pub(crate) fn rejects_token(errcode: i64) -> bool {
    matches!(errcode, 40001 | 40014 | 42001)
}

/// The errcodes of WeChat's pages on the endpoints that are called, and of its table of global return codes.
const LISTED: &[(i64, Meaning)] = &[
    (-1, Busy),
    (40001, Refused(Misconfigured)),
    (40002, Refused(Misconfigured)),
    (INVALID_OPENID, Request),
    (INVALID_APPID, Refused(Misconfigured)),
    (40014, Refused(Misconfigured)),
    (INVALID_CODE, Request),
    (40097, Refused(Misconfigured)),
    (INVALID_SECRET, Refused(Misconfigured)),
    (CODE_USED, Request),
    (40164, Refused(AddressNotAllowed)),
    (CODE_BLOCKED, Request),
    (40243, Refused(Frozen)),
    (41001, Refused(Misconfigured)),
    (41002, Refused(Misconfigured)),
    (41004, Refused(Misconfigured)),
    (41008, Refused(Misconfigured)),
    (42001, Refused(Misconfigured)),
    (CODE_EXPIRED, Request),
    (42007, Refused(NotPermitted)),
    (43002, Refused(Misconfigured)),
    (43003, Refused(Misconfigured)),
    (44991, RateLimited),
    (45009, Refused(QuotaUsedUp)),
    (45011, RateLimited),
    (48001, Refused(NotPermitted)),
    (48004, Refused(Frozen)),
    (50002, Refused(Frozen)),
    (50004, Refused(Frozen)),
    (50007, Refused(Frozen)),
    (NO_SESSION_KEY, Request),
    (87008, Refused(Misconfigured)),
    (INVALID_SIGNATURE, Request),
    (89501, Refused(AwaitsConfirmation)),
    (89503, Refused(AwaitsConfirmation)),
    (89506, Refused(AwaitsConfirmation)),
    (89507, Refused(AwaitsConfirmation)),
];

fn listed(errcode: i64) -> Option<Meaning> {
    let index = LISTED.binary_search_by_key(&errcode, |(listed, _)| *listed).ok()?;
    Some(LISTED[index].1)
}

/// The error for a non-zero `errcode` whose meaning does not depend on the endpoint. One that is not listed
/// is transient if it is negative, like WeChat's -1, and permanent if it is positive.
pub(crate) fn call_error(errcode: i64) -> CallError {
    let unlisted = if errcode < 0 { Busy } else { Refused(Unlisted) };
    match listed(errcode).unwrap_or(unlisted) {
        Busy => CallError::Unavailable(Trouble::Busy),
        RateLimited => CallError::RateLimited { retry_after: Duration::from_mins(1) },
        Refused(refusal) => CallError::Refused { refusal, errcode },
        Request => CallError::Refused { refusal: Unlisted, errcode },
    }
}

/// The errcode as a metric label: itself if it is listed, otherwise `other`, which bounds the number of
/// labels.
pub(crate) fn label(errcode: i64) -> Cow<'static, str> {
    listed(errcode).map_or(Cow::Borrowed("other"), |_| errcode.to_string().into())
}

/// Whether it is about the code, the user or the key in the request: nothing that an operator could mend.
pub(crate) fn is_about_request(errcode: i64) -> bool {
    matches!(listed(errcode), Some(Request))
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
        assert_eq!(call_error(-2), CallError::Unavailable(Trouble::Busy));
        assert_eq!(call_error(99999), CallError::Refused { refusal: Unlisted, errcode: 99999 });
        assert_eq!(call_error(i64::MAX), CallError::Refused { refusal: Unlisted, errcode: i64::MAX });
        assert_eq!(label(40029), "40029");
        assert_eq!(label(-2), "other");
        assert_eq!(label(99999), "other");
    }
}
