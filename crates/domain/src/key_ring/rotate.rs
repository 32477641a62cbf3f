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
