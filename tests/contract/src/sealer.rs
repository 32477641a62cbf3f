//! What every sealer holds to.
//!
//! Each function is one case. The macro [`sealer_suite`](crate::sealer_suite) lists them all.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the adapter does not hold to it"
)]

use domain::sealing::{SealError, Sealed, SealedPlace, Sealer};

fn place() -> SealedPlace {
    SealedPlace::in_table("session_keys").at(b"wx0123456789abcdef").at(b"oTEST")
}

fn seal(sealer: &dyn Sealer, secret: &[u8]) -> Sealed {
    sealer.seal(secret, &place()).expect("seals")
}

/// Secrets of any length and content open as they were sealed.
pub fn a_sealed_secret_opens(sealer: &dyn Sealer) {
    let long = vec![0xA5; 100_000];
    for secret in [&b""[..], b"\0", b"0123456789abcdef", "钥匙 🔑".as_bytes(), &[0xFF; 512], &long] {
        let opened = sealer.open(&seal(sealer, secret), &place()).expect("opens");
        assert_eq!(opened.as_slice(), secret, "{} bytes", secret.len());
    }
}

/// A secret that is sealed twice opens from either.
pub fn a_secret_can_be_sealed_twice(sealer: &dyn Sealer) {
    for sealed in [seal(sealer, b"secret"), seal(sealer, b"secret")] {
        assert_eq!(sealer.open(&sealed, &place()).expect("opens").as_slice(), b"secret");
    }
}

/// A secret opens in its place and nowhere else: not in another table, nor in a place with a part
/// more, a part less, or its parts divided otherwise.
pub fn a_secret_opens_in_its_place_only(sealer: &dyn Sealer) {
    let place = || SealedPlace::in_table("t").at(b"ab").at(b"c");
    for secret in [&b""[..], b"secret"] {
        let sealed = sealer.seal(secret, &place()).expect("seals");
        for other in [
            SealedPlace::in_table("u").at(b"ab").at(b"c"),
            SealedPlace::in_table("t").at(b"ab").at(b"d"),
            SealedPlace::in_table("t").at(b"a").at(b"bc"),
            SealedPlace::in_table("t").at(b"abc"),
            SealedPlace::in_table("t").at(b"ab"),
            SealedPlace::in_table("t"),
            place().at(b""),
            place().at(secret),
        ] {
            assert_eq!(sealer.open(&sealed, &other), Err(SealError::Broken), "{other:?}");
        }
    }
}

/// A secret of which any bit was flipped is refused.
pub fn every_flipped_bit_is_refused(sealer: &dyn Sealer) {
    let bytes = seal(sealer, b"0123456789abcdef").as_bytes().to_vec();
    for bit in 0..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(sealer.open(&Sealed::new(flipped), &place()).is_err(), "bit {bit}");
    }
}

/// A secret that was cut at either end, or lengthened, is refused.
pub fn another_length_is_refused(sealer: &dyn Sealer) {
    for secret in [&b""[..], b"0123456789abcdef"] {
        let bytes = seal(sealer, secret).as_bytes().to_vec();
        for cut in 1..=bytes.len() {
            let start = bytes[cut..].to_vec();
            assert!(sealer.open(&Sealed::new(start), &place()).is_err(), "{cut} bytes off the start");
            let end = bytes[..bytes.len() - cut].to_vec();
            assert!(sealer.open(&Sealed::new(end), &place()).is_err(), "{cut} bytes off the end");
        }
        let longer = [&bytes[..], &[0]].concat();
        assert!(sealer.open(&Sealed::new(longer), &place()).is_err());
    }
}

/// A secret is sealed by the newest key, which is the first of the configured ones, and names it.
pub fn a_secret_names_its_key(sealer: &dyn Sealer) {
    let sealed = seal(sealer, b"secret");
    assert_eq!(sealer.key_of(&sealed), Some(sealer.newest_key()));
    assert_eq!(sealer.keys().first(), Some(&sealer.newest_key()));
    assert_eq!(sealer.key_of(&Sealed::new(Vec::new())), None);
}

/// What was never sealed is refused.
pub fn foreign_bytes_are_refused(sealer: &dyn Sealer) {
    for length in [0, 1, 2, 16, 64, 512] {
        for byte in [0, 1, b'k', 0xFF] {
            let foreign = Sealed::new(vec![byte; length]);
            assert!(sealer.open(&foreign, &place()).is_err(), "{length} times {byte}");
        }
    }
    let plain = Sealed::new(place().as_bytes().to_vec());
    assert!(sealer.open(&plain, &place()).is_err());
}

/// Runs every case of [`sealer`](crate::sealer) on the adapter that the expression makes.
#[macro_export]
macro_rules! sealer_suite {
    ($sealer:expr) => {
        $crate::cases!(sealer($sealer):
            a_sealed_secret_opens,
            a_secret_can_be_sealed_twice,
            a_secret_opens_in_its_place_only,
            every_flipped_bit_is_refused,
            another_length_is_refused,
            a_secret_names_its_key,
            foreign_bytes_are_refused,
        );
    };
}
