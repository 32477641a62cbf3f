use std::collections::HashSet;

use crypto::OsTokens;
use domain::session::{Digest, Token, Tokens};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

#[test]
fn tokens_are_well_formed_and_never_repeat() {
    let minted: HashSet<String> = (0..1_000).map(|_| OsTokens.mint().unwrap().expose().to_owned()).collect();

    assert_eq!(minted.len(), 1_000);
    for token in &minted {
        assert!(token.starts_with("ys_"), "{token}");
        assert_eq!(token.parse::<Token>().unwrap().expose(), token);
    }
}

#[test]
fn every_bit_of_a_token_varies() {
    let mut seen = [HashSet::new(), HashSet::new()];
    for _ in 0..200 {
        let token = OsTokens.mint().unwrap();
        let bytes = token.expose().as_bytes();
        seen[0].insert(bytes[3]);
        seen[1].insert(bytes[44]);
    }

    // 200 draws out of 64 characters miss half of them about never.
    assert!(seen.iter().all(|characters| characters.len() > 32), "{seen:?}");
}

#[test]
fn a_digest_is_a_sha_256() {
    // FIPS 180's example of one block.
    assert_eq!(OsTokens.digest("abc").as_bytes()[..8], [0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea]);
}

proptest! {
    #[test]
    fn a_digest_covers_the_whole_secret(secret in ".{0,100}") {
        let expected: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
        prop_assert_eq!(OsTokens.digest(&secret), Digest::new(expected));
    }

    #[test]
    fn what_is_no_token_is_refused(text in ".{0,60}") {
        let is_token = text.len() == 46
            && text.starts_with("ys_")
            && text.bytes().skip(3).all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        prop_assert_eq!(text.parse::<Token>().is_ok(), is_token);
    }
}
