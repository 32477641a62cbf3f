use std::sync::{Mutex, PoisonError};

use domain::{ids::Ids, sealing::SealError, time::Timestamp};
use uuid::{Builder, Uuid};

use crate::random;

/// The bits of a `UUIDv7` besides time, version and variant: `rand_a` and `rand_b` (RFC 9562, section 5.7).
const COUNTER_BITS: u32 = 74;

/// The bits of `rand_b`, which follow the variant.
const RAND_B_BITS: u32 = 62;

/// Generates unique `UUIDv7`s. Ids of the same process and millisecond sort by the order in which they were
/// generated (RFC 9562, section 6.2, method 2: monotonic random).
#[derive(Debug)]
pub struct OsIds {
    latest: Mutex<Latest>,
}

#[derive(Debug)]
struct Latest {
    millis: u64,
    /// The counter bits of the latest id.
    counter: u128,
}

impl OsIds {
    /// Starts the counter at a random value, so that two processes generate different ids. Fails if the
    /// operating system provides no randomness.
    pub fn try_new() -> Result<Self, SealError> {
        let counter = random_start()?;
        Ok(Self { latest: Mutex::new(Latest { millis: 0, counter }) })
    }
}

impl Ids for OsIds {
    fn next(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.as_millis()).unwrap_or(0);
        // A panic cannot leave the state inconsistent: both fields are plain numbers.
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        latest.counter = if millis == latest.millis {
            latest.counter + random_step()
        } else {
            // Without randomness, counting on from the random start keeps ids unique.
            random_start().unwrap_or(latest.counter + 1)
        };
        latest.millis = millis;
        id(millis, latest.counter)
    }
}

/// A random counter whose top bit is clear, so that the steps of one millisecond cannot overflow it.
fn random_start() -> Result<u128, SealError> {
    let mut bytes = [0; 16];
    random::fill(&mut bytes)?;
    Ok(u128::from_be_bytes(bytes) >> (u128::BITS - COUNTER_BITS + 1))
}

/// A random step of 1 to 2^32, so that ids are not consecutive. 1 without randomness: ids must be unique, not
/// secret.
fn random_step() -> u128 {
    let mut bytes = [0; 4];
    match random::fill(&mut bytes) {
        Ok(()) => u128::from(u32::from_be_bytes(bytes)) + 1,
        Err(_) => 1,
    }
}

fn id(millis: u64, counter: u128) -> Uuid {
    // The builder takes 16 bits for `rand_a` and 64 for `rand_b`, and overwrites the top bits of each with
    // the version and the variant.
    let spread = (counter >> RAND_B_BITS << 64) | (counter & ((1 << RAND_B_BITS) - 1));
    let mut bytes = [0; 10];
    bytes.copy_from_slice(&spread.to_be_bytes()[6..]);
    Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}
