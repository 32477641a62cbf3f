use std::time::Duration;

use domain::{key_ring::Grace, open_data::Freshness, session::SessionLifetime};

use super::reader::Reader;

/// `[session]`: how long sessions and keys count.
#[derive(Clone, Copy, Debug)]
pub struct SessionSettings {
    /// How long sessions live.
    pub lifetime: SessionLifetime,
    /// How long superseded keys count.
    pub grace: Grace,
    /// How fresh open data must be where it changes something.
    pub freshness: Freshness,
    /// How many sessions are kept in memory.
    pub cache_capacity: usize,
}

impl SessionSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let mut section = reader.section("session");
        let lifetime = SessionLifetime {
            idle: section.duration(
                "idle",
                Duration::from_hours(30 * 24),
                "A session not used for so long ends",
            ),
            absolute: section.duration(
                "absolute",
                Duration::from_hours(180 * 24),
                "A session ends after so long, however much it is used",
            ),
        };
        let grace = section.value(
            "key_grace",
            Duration::from_mins(10),
            "For how long a superseded session_key still opens what was collected under it; `0s` turns it off",
        );
        let freshness = section.duration(
            "freshness",
            Duration::from_mins(5),
            "How far the watermark of open data may lie from the present where the data changes something",
        );
        let cache_capacity = section.value(
            "cache_capacity",
            1_000_000,
            "How many sessions are kept in memory at most; memory is used as they come (about 100 bytes each)",
        );
        section.finish();
        Self { lifetime, grace: Grace::new(grace), freshness: Freshness::new(freshness), cache_capacity }
    }

    /// What only holds between two keys.
    pub(super) fn check(&self, reader: &mut Reader) {
        if self.lifetime.absolute < self.lifetime.idle {
            let message = "must not be shorter than session.idle, which it would make pointless";
            reader.findings.object("session.absolute", message);
        }
    }
}
