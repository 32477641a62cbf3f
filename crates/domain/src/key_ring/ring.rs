use std::{cmp::Reverse, time::Duration};

use super::{SealedKey, SessionKey};
use crate::{
    ids::IdentityId,
    sealing::{SealError, SealedPlace, Sealer},
    time::Timestamp,
};

/// How many superseded keys a ring keeps beside the current one.
pub(crate) const KEPT_SUPERSEDED: usize = 2;

/// A key's place in the history of its ring, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(u32);

impl Generation {
    /// The generation of an identity's first key.
    pub const FIRST: Self = Self(1);

    /// The generation with this number.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The generation after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// For how long a superseded key still opens what was collected under it. Zero turns the ring
/// into a single key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grace(Duration);

impl Grace {
    /// A grace window this long.
    pub const fn new(window: Duration) -> Self {
        Self(window)
    }

    /// How long the window is.
    pub const fn window(self) -> Duration {
        self.0
    }

    /// Whether a key superseded at `superseded_at` still counts at `now`.
    fn covers(self, superseded_at: Timestamp, now: Timestamp) -> bool {
        !self.0.is_zero() && now < superseded_at.plus(self.0)
    }
}

/// A key of the ring, open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RingKey {
    /// Its place in the ring's history.
    pub generation: Generation,
    /// The key.
    pub key: SessionKey,
}

/// Which key of the ring the client's data fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// The current key.
    Current,
    /// A superseded key, so many steps back.
    Superseded(usize),
}

/// The keys of one identity that count at one moment, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRing {
    keys: Vec<RingKey>,
}

impl KeyRing {
    /// The ring of these keys, newest first.
    pub const fn new(keys: Vec<RingKey>) -> Self {
        Self { keys }
    }

    /// The first answer that `attempt` gives for a key, newest first, and which key that was.
    pub fn first_fit<T>(&self, mut attempt: impl FnMut(&SessionKey) -> Option<T>) -> Option<(Fit, T)> {
        self.keys.iter().enumerate().find_map(|(steps, ring_key)| {
            let fit = if steps == 0 { Fit::Current } else { Fit::Superseded(steps) };
            attempt(&ring_key.key).map(|answer| (fit, answer))
        })
    }

    /// The keys, newest first.
    pub fn keys(&self) -> &[RingKey] {
        &self.keys
    }
}

/// Where the key of an identity rests.
pub(crate) fn place_of(identity: &IdentityId, generation: Generation) -> SealedPlace {
    SealedPlace::in_table("session_keys")
        .at(identity.app_id.as_str().as_bytes())
        .at(identity.openid.as_str().as_bytes())
        .at(&generation.number().to_be_bytes())
}

/// Seals a key for its place in the ring.
pub(crate) fn seal_key(
    sealer: &dyn Sealer,
    identity: &IdentityId,
    generation: Generation,
    key: &SessionKey,
    obtained_at: Timestamp,
) -> Result<SealedKey, SealError> {
    let sealed = sealer.seal(key.expose_bytes(), &place_of(identity, generation))?;
    Ok(SealedKey { generation, sealed, obtained_at, superseded_at: None })
}

/// Opens one key of the ring.
pub(crate) fn open_key(
    sealer: &dyn Sealer,
    identity: &IdentityId,
    sealed: &SealedKey,
) -> Result<SessionKey, SealError> {
    let bytes = sealer.open(&sealed.sealed, &place_of(identity, sealed.generation))?;
    let bytes = bytes.as_slice().try_into().map_err(|_| SealError::Broken)?;
    Ok(SessionKey::from_bytes(bytes))
}

/// The current key of `identity`, out of those on record.
pub(crate) fn current_key(
    on_record: &[SealedKey],
    sealer: &dyn Sealer,
    identity: &IdentityId,
) -> Result<Option<SessionKey>, SealError> {
    let current = on_record.iter().find(|key| key.superseded_at.is_none());
    current.map(|sealed| open_key(sealer, identity, sealed)).transpose()
}

/// The keys of `identity` that count at `now`, out of those on record.
pub(crate) fn open_ring(
    on_record: &[SealedKey],
    sealer: &dyn Sealer,
    identity: &IdentityId,
    grace: Grace,
    now: Timestamp,
) -> Result<KeyRing, SealError> {
    let counts = |key: &&SealedKey| key.superseded_at.is_none_or(|at| grace.covers(at, now));
    let mut counted: Vec<_> = on_record.iter().filter(counts).collect();
    // The current key comes first, whatever its generation: a slower login may have added an
    // older key after it.
    counted.sort_by_key(|key| (key.superseded_at.is_some(), Reverse(key.generation)));
    counted.truncate(1 + KEPT_SUPERSEDED);
    let mut keys = Vec::with_capacity(counted.len());
    for sealed in counted {
        match open_key(sealer, identity, sealed) {
            Ok(key) => keys.push(RingKey { generation: sealed.generation, key }),
            // A superseded key under a master key that has left the configuration is as good as
            // swept; without the current one there is nothing to try.
            Err(_) if sealed.superseded_at.is_some() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(KeyRing::new(keys))
}
