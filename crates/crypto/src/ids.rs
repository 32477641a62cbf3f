use std::sync::{Mutex, PoisonError};

use domain::{ids::Ids, sealing::SealError, time::Timestamp};
use uuid::{Builder, Uuid};

use crate::randomness;

/// How many bits of a `UUIDv7` are neither time nor version nor variant (RFC 9562, section 5.7).
const FREE_BITS: u32 = 74;

/// How many of them are `rand_b`, behind the variant.
const LOW_BITS: u32 = 62;

/// Mints `UUIDv7`s that never repeat and that, within one millisecond of one process, still sort
/// by the order in which they were minted.
#[derive(Debug)]
pub struct OsIds {
    latest: Mutex<Latest>,
}

#[derive(Debug)]
struct Latest {
    millis: u64,
    /// The free bits of the latest id.
    free: u128,
}

impl OsIds {
    /// Starts at a random point, so that two processes mint different ids.
    pub fn try_new() -> Result<Self, SealError> {
        let free = random_start()?;
        Ok(Self { latest: Mutex::new(Latest { millis: 0, free }) })
    }
}

impl Ids for OsIds {
    fn next(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.as_millis()).unwrap_or(0);
        // A panic elsewhere cannot have left the state half-written: both parts are plain numbers.
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        latest.free = if millis == latest.millis {
            latest.free + random_step()
        } else {
            // Counting on from the process's own random start stays unique.
            random_start().unwrap_or(latest.free + 1)
        };
        latest.millis = millis;
        id(millis, latest.free)
    }
}

/// A random number with the topmost of the free bits clear: more steps fit above it than a
/// millisecond has room for.
fn random_start() -> Result<u128, SealError> {
    let mut bytes = [0; 16];
    randomness::fill(&mut bytes)?;
    Ok(u128::from_be_bytes(bytes) >> (u128::BITS - FREE_BITS + 1))
}

/// 1 to 2^32, so that the next id is not the one after the last. Plain 1 where there is no
/// randomness: ids must be unique, not secret.
fn random_step() -> u128 {
    let mut bytes = [0; 4];
    match randomness::fill(&mut bytes) {
        Ok(()) => u128::from(u32::from_be_bytes(bytes)) + 1,
        Err(_) => 1,
    }
}

fn id(millis: u64, free: u128) -> Uuid {
    // The builder wants 16 bits for `rand_a` and 64 for `rand_b`, and overwrites the topmost of each
    // with the version and the variant.
    let spread = (free >> LOW_BITS << 64) | (free & ((1 << LOW_BITS) - 1));
    let mut counter = [0; 10];
    counter.copy_from_slice(&spread.to_be_bytes()[6..]);
    Builder::from_unix_timestamp_millis(millis, &counter).into_uuid()
}
