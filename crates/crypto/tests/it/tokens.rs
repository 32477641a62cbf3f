use std::collections::HashSet;

use crypto::OsTokens;
use domain::session::{Digest, Token, Tokens};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

#[test]
fn tokens_are_well_formed_and_unique() {
    let tokens: HashSet<String> = (0..1_000).map(|_| OsTokens.mint().unwrap().expose().to_owned()).collect();

    assert_eq!(tokens.len(), 1_000);
    for token in &tokens {
        assert!(token.starts_with("ys_"), "{token}");
        assert_eq!(token.parse::<Token>().unwrap().expose(), token);
    }
}

#[test]
fn the_first_and_the_last_character_of_tokens_vary() {
    let mut seen = [HashSet::new(), HashSet::new()];
    for _ in 0..200 {
        let token = OsTokens.mint().unwrap();
        let bytes = token.expose().as_bytes();
        seen[0].insert(bytes[3]);
        seen[1].insert(bytes[44]);
    }

    // The probability that 200 draws from 64 characters yield at most 32 different ones is negligible.
    assert!(seen.iter().all(|characters| characters.len() > 32), "{seen:?}");
}

#[test]
fn a_digest_is_a_sha_256_hash() {
    // The one-block example of FIPS 180.
    assert_eq!(OsTokens.digest("abc").as_bytes()[..8], [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea]);
}

proptest! {
    #[test]
    fn a_digest_covers_the_whole_secret(secret in ".{0,100}") {
        let expected: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
        prop_assert_eq!(OsTokens.digest(&secret), Digest::new(expected));
    }

    #[test]
    fn only_well_formed_tokens_are_accepted(text in ".{0,60}") {
        let is_token = text.len() == 46
            && text.starts_with("ys_")
            && text.bytes().skip(3).all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        prop_assert_eq!(text.parse::<Token>().is_ok(), is_token);
    }
}
