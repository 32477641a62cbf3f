//! What every adapter that mints and hashes tokens holds to.
//!
//! Each function is one case. The macro [`tokens_suite`](crate::tokens_suite) lists them all.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the adapter does not hold to it"
)]

use std::{collections::HashSet, fmt::Write, thread};

use domain::session::{Digest, Token, Tokens};

fn mint(tokens: &dyn Tokens, count: usize) -> Vec<Token> {
    (0..count).map(|_| tokens.mint().expect("mints")).collect()
}

fn hex(digest: Digest) -> String {
    digest.as_bytes().iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes everything");
        hex
    })
}

/// A token is `ys_` and 43 characters of base64url, and reads back.
pub fn a_token_has_its_form(tokens: &dyn Tokens) {
    for token in mint(tokens, 100) {
        let text = token.expose();
        let random = text.strip_prefix("ys_").expect("it has the prefix");
        let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        assert!(random.len() == 43 && random.bytes().all(is_base64url), "{text}");
        assert_eq!(text.parse(), Ok(token.clone()));
    }
}

/// Tokens never repeat, however many threads mint them.
pub fn tokens_never_repeat(tokens: &dyn Tokens) {
    let minted: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| mint(tokens, 500))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no thread panics")).collect()
    });
    let texts: HashSet<_> = minted.iter().map(Token::expose).collect();
    assert_eq!(texts.len(), 2_000);
}

/// A digest is the SHA-256 of the text (the examples of FIPS 180 and its appendix).
pub fn a_digest_is_a_sha_256(tokens: &dyn Tokens) {
    let long = "a".repeat(1_000_000);
    for (secret, digest) in [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (&long, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ] {
        assert_eq!(hex(tokens.digest(secret)), digest, "{} bytes", secret.len());
    }
}

/// A token has one digest, and no other token has it.
pub fn every_token_has_a_digest_of_its_own(tokens: &dyn Tokens) {
    let minted = mint(tokens, 1_000);
    let digests = || minted.iter().map(|token| tokens.digest(token.expose()));
    assert!(digests().eq(digests()));
    assert_eq!(digests().collect::<HashSet<_>>().len(), 1_000);
}

/// Runs every case of [`tokens`](crate::tokens) on the adapter that the expression makes.
#[macro_export]
macro_rules! tokens_suite {
    ($tokens:expr) => {
        $crate::cases!(tokens($tokens):
            a_token_has_its_form,
            tokens_never_repeat,
            a_digest_is_a_sha_256,
            every_token_has_a_digest_of_its_own,
        );
    };
}
