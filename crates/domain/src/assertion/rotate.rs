use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use super::{AssertionSigner, KeyPair, PrivateKey, SigningKey, SigningKeyChange, SigningKeyId};
use crate::{
    ids::Ids,
    key_ring::Generation,
    sealing::{SealError, Sealer},
    store::{Attempt, Changes, Store},
    store_error::StoreError,
    time::{Clock, Timestamp},
};

/// For how long a key signs.
const SIGNS_FOR: Duration = Duration::from_hours(30 * 24);

/// For how long a key is published before it signs: longer than anybody keeps a copy of what is published.
const PUBLISHED_BEFORE: Duration = Duration::from_hours(24);

/// For how long a key is published after another has taken over: longer than an assertion is good for.
const PUBLISHED_AFTER: Duration = Duration::from_hours(24);

/// The signing keys in this process, newest first.
#[derive(Debug, Default)]
pub struct SigningKeyRing {
    keys: RwLock<Arc<[OpenKey]>>,
}

/// A signing key, open.
#[derive(Clone, Debug)]
pub(super) struct OpenKey {
    pub(super) key: SigningKey,
    /// `None` where no configured master key opens it: it is published, and signs nothing here.
    private: Option<PrivateKey>,
}

impl SigningKeyRing {
    /// The keys that are published: what they sign or have signed may be verified with them.
    pub fn published(&self) -> Vec<SigningKey> {
        self.keys().iter().map(|open| open.key.clone()).collect()
    }

    /// The key that signs at `now`; `None` before the keys were read for the first time.
    pub(super) fn signing_at(&self, now: Timestamp) -> Option<(SigningKeyId, PrivateKey)> {
        signing_at(&self.keys(), now).and_then(|open| Some((open.key.id, open.private.clone()?)))
    }

    fn keys(&self) -> Arc<[OpenKey]> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn replace(&self, keys: Arc<[OpenKey]>) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }
}

/// The newest key that opens and has begun to sign.
fn signing_at(keys: &[OpenKey], now: Timestamp) -> Option<&OpenKey> {
    keys.iter().find(|open| open.private.is_some() && open.key.signs_from <= now)
}

/// What rotating keys needs of the world.
#[derive(Clone)]
pub struct RotateSigningKeysPorts {
    /// Where keys are kept.
    pub store: Arc<dyn Store>,
    /// Makes keys.
    pub signer: Arc<dyn AssertionSigner>,
    /// Seals and opens keys.
    pub sealer: Arc<dyn Sealer>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// Mints ids of keys.
    pub ids: Arc<dyn Ids>,
    /// The keys in this process.
    pub ring: Arc<SigningKeyRing>,
}

/// Why the keys were not rotated.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RotateSigningKeysError {
    /// No key could be made or sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads the signing keys, makes the next one when it is due, and removes those that nobody needs any more.
#[derive(Clone)]
pub struct RotateSigningKeys {
    ports: RotateSigningKeysPorts,
}

impl RotateSigningKeys {
    /// Rotates with these ports.
    pub const fn new(ports: RotateSigningKeysPorts) -> Self {
        Self { ports }
    }

    /// Brings the keys in this process up to date. To be run every minute: of the instances that find a key
    /// due at the same moment one makes it, and the others read it.
    pub async fn execute(&self) -> Result<(), RotateSigningKeysError> {
        let keys = self.ports.store.settle(|| self.attempt()).await?;
        self.ports.ring.replace(keys);
        Ok(())
    }

    async fn attempt(&self) -> Result<Attempt<Arc<[OpenKey]>>, RotateSigningKeysError> {
        let RotateSigningKeysPorts { store, sealer, clock, .. } = &self.ports;
        let on_record = store.signing_keys().all().await?;
        let open = |key: SigningKey| OpenKey { private: key.open(&**sealer).ok(), key };
        let mut keys: Vec<_> = on_record.into_iter().map(open).collect();
        let Due { next, outlived } = due(&keys, clock.now());
        let mut changes: Changes = outlived.iter().map(|key| SigningKeyChange::Remove(*key)).collect();
        keys.retain(|open| !outlived.contains(&open.key.generation));
        if let Some((generation, signs_from)) = next {
            let made = self.make(generation, signs_from)?;
            changes.push(SigningKeyChange::Add(made.key.clone()));
            keys.insert(0, made);
        }
        Ok(Attempt::new(changes, keys.into()))
    }

    fn make(&self, generation: Generation, signs_from: Timestamp) -> Result<OpenKey, SealError> {
        let RotateSigningKeysPorts { signer, sealer, clock, ids, .. } = &self.ports;
        let KeyPair { private, public } = signer.generate()?;
        let sealed = SigningKey::seal(&**sealer, generation, &private)?;
        let id = SigningKeyId::mint(&**ids, clock.now());
        let key = SigningKey { generation, id, public, sealed, signs_from };
        Ok(OpenKey { key, private: Some(private) })
    }
}

/// What is to be done about the keys.
#[derive(Debug, PartialEq, Eq)]
struct Due {
    /// The generation of the key to be made, and from when it signs.
    next: Option<(Generation, Timestamp)>,
    /// The generations to be removed.
    outlived: Vec<Generation>,
}

/// What is to be done about `keys`, which are sorted newest first.
fn due(keys: &[OpenKey], now: Timestamp) -> Due {
    let newest = keys.first().map(|open| &open.key);
    let generation = newest.map_or(Generation::FIRST, |newest| newest.generation.next());
    let ends_soon = |newest: &SigningKey| newest.signs_from.plus(SIGNS_FOR).minus(PUBLISHED_BEFORE) <= now;
    let next = if signing_at(keys, now).is_none() {
        // The first one, or the master key of those on record is gone: there is no time to publish it ahead.
        Some((generation, now))
    } else {
        newest.is_some_and(ends_soon).then(|| (generation, now.plus(PUBLISHED_BEFORE)))
    };
    let took_over = |successor: &OpenKey| successor.key.signs_from.plus(PUBLISHED_AFTER) <= now;
    let outlived = keys.windows(2).filter(|pair| took_over(&pair[0]));
    Due { next, outlived: outlived.map(|pair| pair[1].key.generation).collect() }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use zeroize::Zeroizing;

    use super::*;
    use crate::{assertion::PublicKey, sealing::Sealed};

    const DAY: Duration = Duration::from_hours(24);
    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn key(generation: u32, signs_from: Timestamp) -> OpenKey {
        let key = SigningKey {
            generation: Generation::new(generation),
            id: SigningKeyId::new(Uuid::from_u128(u128::from(generation))),
            public: PublicKey { x: [1; 32], y: [2; 32] },
            sealed: Sealed::new(Vec::new()),
            signs_from,
        };
        OpenKey { key, private: Some(PrivateKey::new(Zeroizing::new(Vec::new()))) }
    }

    fn lost(generation: u32, signs_from: Timestamp) -> OpenKey {
        OpenKey { private: None, ..key(generation, signs_from) }
    }

    #[test]
    fn a_key_is_made_a_day_ahead_and_kept_for_a_day() {
        let moment = Duration::from_millis(1);
        let in_a_day = NOW.plus(DAY);
        let nearly_over = NOW.minus(DAY * 29);
        // The keys, newest first; the key to be made; the keys to be removed.
        let table: [(_, _, &[u32]); 9] = [
            (vec![], Some((1, NOW)), &[]),
            (vec![key(1, NOW)], None, &[]),
            (vec![key(1, nearly_over.plus(moment))], None, &[]),
            (vec![key(1, nearly_over)], Some((2, in_a_day)), &[]),
            (vec![key(2, in_a_day), key(1, nearly_over)], None, &[]),
            (vec![key(2, NOW.minus(DAY).plus(moment)), key(1, nearly_over)], None, &[]),
            (vec![key(2, NOW.minus(DAY)), key(1, nearly_over)], None, &[1]),
            (vec![key(3, NOW.minus(DAY)), key(2, NOW.minus(DAY * 2)), key(1, nearly_over)], None, &[2, 1]),
            (vec![lost(2, NOW), lost(1, nearly_over)], Some((3, NOW)), &[]),
        ];
        for (keys, next, outlived) in table {
            let expected = Due {
                next: next.map(|(generation, signs_from)| (Generation::new(generation), signs_from)),
                outlived: outlived.iter().copied().map(Generation::new).collect(),
            };
            assert_eq!(due(&keys, NOW), expected, "{keys:?}");
        }
    }

    #[test]
    fn the_newest_key_signs_that_has_begun_to_and_opens() {
        let (past, future) = (NOW.minus(DAY), NOW.plus(DAY));
        let signing = |keys: &[OpenKey]| signing_at(keys, NOW).map(|open| open.key.generation.number());
        assert_eq!(signing(&[]), None);
        assert_eq!(signing(&[key(1, future)]), None);
        assert_eq!(signing(&[key(3, future), key(2, NOW), key(1, past)]), Some(2));
        assert_eq!(signing(&[lost(3, NOW), key(2, past), key(1, past)]), Some(2));
    }
}
