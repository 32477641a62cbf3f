//! The simulator's source of randomness.

const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/// `N` random bytes from the operating system.
#[expect(clippy::disallowed_methods, reason = "the simulator's source of randomness")]
#[expect(clippy::expect_used, reason = "a system without randomness cannot even open a TLS connection")]
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has a source of randomness");
    bytes
}

/// A number uniformly distributed in `0.0..1.0`.
pub(crate) fn fraction() -> f64 {
    f64::from(u32::from_le_bytes(bytes())) / (f64::from(u32::MAX) + 1.0)
}

/// A code like WeChat's: 32 of `[A-Za-z0-9]`.
pub(crate) fn code() -> [u8; 32] {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    // The remainder makes the first eight characters a quarter more likely, which does not matter in a
    // simulator.
    bytes().map(|byte: u8| ALPHABET[usize::from(byte) % ALPHABET.len()])
}

/// A code like those of WeChat's phone button: 64 lowercase hex digits.
pub(crate) fn phone_code() -> [u8; 64] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes().map(|byte: u8| DIGITS[usize::from(byte) % DIGITS.len()])
}

/// An access token like WeChat's: a number, `_` and 133 of `[A-Za-z0-9_-]`.
pub(crate) fn access_token() -> String {
    let tail = bytes::<133>().map(|byte| char::from(URL_SAFE[usize::from(byte) % URL_SAFE.len()]));
    "97_".chars().chain(tail).collect()
}

/// An openid or unionid like WeChat's: `o` and 27 of `[A-Za-z0-9_-]`.
pub(crate) fn open_id() -> String {
    let tail = bytes::<27>().map(|byte| char::from(URL_SAFE[usize::from(byte) % URL_SAFE.len()]));
    std::iter::once('o').chain(tail).collect()
}
