//! Parses arbitrary text as tokens.
#![no_main]

use crypto::OsTokens;
use domain::session::{Token, Tokens};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(token) = text.parse::<Token>() {
        assert_eq!(token.expose(), text);
        assert_eq!(OsTokens.digest(token.expose()), OsTokens.digest(text));
    }
});
