//! The ports that are neither a store nor a gateway, each on every adapter that it has.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

mod assertion_signer;
mod blind_index;
mod clock;
mod ids;
mod open_data;
mod passwords;
mod pseudonyms;
mod push_reader;
mod refresh_budget;
mod sealer;
mod signer;
mod tasks;
mod tokens;
mod totp;
mod webhooks;
