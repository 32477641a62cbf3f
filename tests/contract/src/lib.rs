//! One suite per port, run against every adapter of it.
//!
//! A suite is a module of plain functions over `&dyn Port`, each of which is one case. Its macro lists
//! them once, and a file under `tests/` runs that list on an adapter.

pub mod access_tokens;
pub mod assertion_signer;
pub mod blind_index;
pub mod call_health;
pub mod clock;
pub mod code_exchange;
pub mod encrypt_keys;
pub mod event_sender;
pub mod ids;
pub mod open_data;
pub mod passwords;
pub mod phone_numbers;
pub mod pseudonyms;
pub mod push_reader;
pub mod push_relay;
pub mod refresh_budget;
pub mod sealer;
pub mod session_key_check;
pub mod signer;
pub mod store;
pub mod tasks;
pub mod tokens;
pub mod totp;

/// Makes a test of each case of a suite. The expression makes the adapter.
#[doc(hidden)]
#[macro_export]
macro_rules! cases {
    ($suite:ident($adapter:expr): $($case:ident,)+) => {
        $(
            #[test]
            fn $case() {
                $crate::$suite::$case(&$adapter);
            }
        )+
    };
}

/// Makes a test of each case of a suite whose cases wait. The expression makes the adapter.
#[doc(hidden)]
#[macro_export]
macro_rules! async_cases {
    ($suite:ident($adapter:expr): $($case:ident,)+) => {
        $(
            #[tokio::test]
            async fn $case() {
                $crate::$suite::$case(&$adapter).await;
            }
        )+
    };
}
