use super::{
    Generation, KeyRingChange, SealedKey, SessionKey,
    ring::{KEPT_SUPERSEDED, open_key, seal_key},
};
use crate::{
    ids::IdentityId,
    sealing::{SealError, Sealer},
    time::Timestamp,
};

/// A key that an exchange brought.
pub(crate) struct ObtainedKey<'a> {
    pub(crate) identity: &'a IdentityId,
    pub(crate) key: &'a SessionKey,
    /// When WeChat answered with it.
    pub(crate) obtained_at: Timestamp,
}

/// The changes that put the key of a new exchange on the `ring`, which is given newest first.
///
/// WeChat gives the same key again for logins in quick succession; that changes nothing. Of two
/// concurrent logins the one that WeChat answered later holds the current key, whichever is
/// committed first.
pub(crate) fn rotate(
    ring: &[SealedKey],
    sealer: &dyn Sealer,
    obtained: &ObtainedKey<'_>,
) -> Result<Vec<KeyRingChange>, SealError> {
    let ObtainedKey { identity, key, obtained_at } = *obtained;
    let current = ring.iter().find(|sealed| sealed.superseded_at.is_none());
    if current.is_some_and(|current| is_same(sealer, identity, current, key)) {
        return Ok(Vec::new());
    }
    let generation = ring.first().map_or(Generation::FIRST, |newest| newest.generation.next());
    let mut added = seal_key(sealer, identity, generation, key, obtained_at)?;
    let mut changes = Vec::new();
    if let Some(current) = current {
        if current.obtained_at > obtained_at {
            added.superseded_at = Some(current.obtained_at);
        } else {
            let (identity, generation) = (identity.clone(), current.generation);
            changes.push(KeyRingChange::Supersede { identity, generation, at: obtained_at });
        }
    }
    changes.push(KeyRingChange::Add { identity: identity.clone(), key: added });
    // The current key stays, however old its generation: slower logins may have added others after it.
    let dropped = ring.iter().skip(KEPT_SUPERSEDED).filter(|dropped| dropped.superseded_at.is_some());
    changes.extend(
        dropped.map(|dropped| KeyRingChange::Remove {
            identity: identity.clone(),
            generation: dropped.generation,
        }),
    );
    Ok(changes)
}

/// Whether `sealed` is `key`. A key that can no longer be opened is not.
fn is_same(sealer: &dyn Sealer, identity: &IdentityId, sealed: &SealedKey, key: &SessionKey) -> bool {
    open_key(sealer, identity, sealed).is_ok_and(|opened| opened == *key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{self, PlainSealer};

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn sealed(generation: u32, obtained_at: i64, superseded_at: Option<i64>) -> SealedKey {
        let key = SessionKey::from_bytes([0; 16]);
        let id = samples::identity().id;
        let key = seal_key(&PlainSealer, &id, Generation::new(generation), &key, at(obtained_at)).unwrap();
        SealedKey { superseded_at: superseded_at.map(at), ..key }
    }

    /// What becomes of `ring` by a key that was obtained at `obtained_at`: each change, with the number
    /// of its generation.
    fn changes(ring: &[SealedKey], key: u8, obtained_at: i64) -> Vec<(&'static str, u32)> {
        let (identity, key) = (samples::identity().id, SessionKey::from_bytes([key; 16]));
        let obtained = ObtainedKey { identity: &identity, key: &key, obtained_at: at(obtained_at) };
        let changes = rotate(ring, &PlainSealer, &obtained).unwrap();
        let name = |change| match change {
            KeyRingChange::Add { key, .. } if key.superseded_at.is_some() => {
                ("add superseded", key.generation.number())
            }
            KeyRingChange::Add { key, .. } => ("add current", key.generation.number()),
            KeyRingChange::Supersede { generation, .. } => ("supersede", generation.number()),
            KeyRingChange::Remove { generation, .. } => ("remove", generation.number()),
        };
        changes.into_iter().map(name).collect()
    }

    #[test]
    fn a_new_key_takes_the_place_of_the_current_one() {
        assert_eq!(changes(&[], 1, 1), [("add current", 1)]);
        let ring = [sealed(3, 30, None), sealed(2, 20, Some(30)), sealed(1, 10, Some(20))];
        assert_eq!(changes(&ring, 1, 40), [("supersede", 3), ("add current", 4), ("remove", 1)]);
        assert_eq!(changes(&ring, 0, 40), [], "the same key");
    }

    #[test]
    fn the_current_key_stays_behind_later_generations_that_are_superseded() {
        let ring = [sealed(3, 20, Some(30)), sealed(2, 10, Some(30)), sealed(1, 30, None)];
        assert_eq!(changes(&ring, 1, 15), [("add superseded", 4)]);
        assert_eq!(changes(&ring, 1, 40), [("supersede", 1), ("add current", 4)]);
    }
}
