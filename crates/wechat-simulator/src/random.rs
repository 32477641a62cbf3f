//! The one place where chance enters.

/// `N` bytes from the operating system.
#[expect(clippy::disallowed_methods, reason = "the simulator's source of randomness")]
#[expect(clippy::expect_used, reason = "a system without randomness cannot even open a TLS connection")]
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has a source of randomness");
    bytes
}

/// A number drawn evenly from `0.0..1.0`.
pub(crate) fn fraction() -> f64 {
    f64::from(u32::from_le_bytes(bytes())) / (f64::from(u32::MAX) + 1.0)
}

/// Thirty-two of `[A-Za-z0-9]`, the look of WeChat's codes.
pub(crate) fn code() -> [u8; 32] {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    // A remainder favours the alphabet's first eight signs by a quarter; nobody guesses codes here.
    bytes().map(|byte: u8| ALPHABET[usize::from(byte) % ALPHABET.len()])
}

/// `o` and 27 of `[A-Za-z0-9_-]`, the look of WeChat's openids and unionids.
pub(crate) fn open_id() -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    let tail = bytes::<27>().map(|byte| char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
    std::iter::once('o').chain(tail).collect()
}
