//! What every adapter of time-based codes holds to.
//!
//! Each function is one case. The macro [`totp_suite`](crate::totp_suite) lists them all.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the adapter does not hold to it"
)]

use domain::{
    operator::{Totp, TotpCode, TotpSecret},
    time::Timestamp,
};

fn secret() -> TotpSecret {
    TotpSecret::new(b"12345678901234567890".to_vec())
}

fn code(text: &str) -> TotpCode {
    text.parse().expect("valid")
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000 + 999)
}

/// The codes of RFC 6238, appendix B, as far as six digits show them.
pub fn codes_are_those_of_the_rfc(totp: &dyn Totp) {
    for (seconds, digits) in [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ] {
        let step = u32::try_from(seconds / 30).expect("small");
        assert_eq!(totp.step_of(&code(digits), &secret(), at(seconds)), Some(step), "{seconds}");
    }
}

/// A code is good in its step, the one before and the one after, and names its step.
pub fn a_clock_may_be_half_a_minute_off(totp: &dyn Totp) {
    let found = |seconds| totp.step_of(&code("287082"), &secret(), at(seconds));
    for (seconds, step) in [(30, Some(1)), (0, Some(1)), (89, Some(1)), (90, None), (100_000, None)] {
        assert_eq!(found(seconds), step, "{seconds}");
    }
    assert_eq!(totp.step_of(&code("287082"), &secret(), Timestamp::from_millis(-1)), None);
}

/// Secrets have 160 bits and never repeat; an authenticator app takes their address.
pub fn an_address_is_for_an_app(totp: &dyn Totp) {
    let (one, other) = (totp.generate().expect("generates"), totp.generate().expect("generates"));
    assert_eq!((one.expose().len(), one == other), (20, false));
    let address = totp.address(&secret(), &"li.lei".parse().expect("valid"));
    assert!(address.starts_with("otpauth://totp/Yaoshi:li.lei?"), "{address}");
    for part in ["secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "issuer=Yaoshi"] {
        assert!(address.contains(part), "{address}");
    }
}

/// Runs every case of [`totp`](crate::totp) on the adapter that the expression makes.
#[macro_export]
macro_rules! totp_suite {
    ($totp:expr) => {
        $crate::cases!(totp($totp):
            codes_are_those_of_the_rfc,
            a_clock_may_be_half_a_minute_off,
            an_address_is_for_an_app,
        );
    };
}
