use std::{num::NonZeroU32, time::Duration};

use domain::{key_ring::Grace, open_data::Freshness, session::SessionLifetime};

use super::reader::Reader;

/// More phones than anybody has.
const MAX_PER_PERSON: NonZeroU32 = NonZeroU32::new(100).expect("100 is not zero");

/// `[session]`: how long sessions and keys are valid.
#[derive(Clone, Copy, Debug)]
pub struct SessionSettings {
    /// How long sessions are valid.
    pub lifetime: SessionLifetime,
    /// How long superseded session_keys are accepted.
    pub grace: Grace,
    /// How fresh open data must be if it changes something.
    pub freshness: Freshness,
    /// How many live sessions a person may have.
    pub max_per_person: NonZeroU32,
    /// The capacity of the session cache.
    pub cache_capacity: usize,
}

impl SessionSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let mut section = reader.section("session");
        let lifetime = SessionLifetime {
            idle: section.duration(
                "idle",
                Duration::from_hours(30 * 24),
                "A session expires after this long without use",
            ),
            absolute: section.duration(
                "absolute",
                Duration::from_hours(180 * 24),
                "A session expires after this long, even if it is in use",
            ),
        };
        let grace = section.value(
            "key_grace",
            Duration::from_mins(10),
            "How long a superseded session_key is accepted for data collected under it; `0s` turns this off",
        );
        let freshness = section.duration(
            "freshness",
            Duration::from_mins(5),
            "How far the watermark of open data may be from the current time, if the data changes something",
        );
        let max_per_person = section.value(
            "max_per_person",
            MAX_PER_PERSON,
            "How many live sessions a person may have; a further login ends the least recently used one",
        );
        let cache_capacity = section.value(
            "cache_capacity",
            1_000_000,
            "The maximum number of sessions in the cache; each takes about 100 bytes, allocated as needed",
        );
        section.finish();
        let (grace, freshness) = (Grace::new(grace), Freshness::new(freshness));
        Self { lifetime, grace, freshness, max_per_person, cache_capacity }
    }

    /// Checks the rules that involve two keys.
    pub(super) fn check(&self, reader: &mut Reader) {
        if self.lifetime.absolute < self.lifetime.idle {
            let message = "must not be shorter than session.idle, which would have no effect";
            reader.findings.reject("session.absolute", message);
        }
    }
}
