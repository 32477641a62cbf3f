//! Test doubles and the databases that tests run against.
//!
//! The doubles use neither randomness nor real time: a test that uses them does the same every time.

mod assertion_signer;
mod clock;
mod memory;
mod mysql;
mod open_data;
mod passwords;
mod sequences;
mod sqlite;
mod tasks;

pub use assertion_signer::PlainAssertionSigner;
pub use clock::FixedClock;
pub use memory::MemoryStore;
pub use mysql::{MySqlDatabase, MySqlError, MySqlServer, OwnMySqlServer, Relay};
pub use open_data::{CollectedData, PlainOpenData, UserInfo};
pub use passwords::PlainPasswords;
pub use sequences::{
    PlainBlindIndex, PlainPseudonyms, PlainSealer, PlainSigner, SequenceIds, SequenceTokens,
};
pub use sqlite::SqliteFile;
pub use tasks::TokioTasks;
