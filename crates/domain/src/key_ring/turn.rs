use super::{
    Generation, KeyRings, SealedKey, SessionKey,
    ring::{KEPT_SUPERSEDED, open_key, seal_key},
};
use crate::{
    identity::IdentityId,
    sealing::{SealError, Sealer},
    store::StoreError,
    time::Timestamp,
};

/// A key that an exchange brought.
pub(crate) struct ObtainedKey<'a> {
    pub(crate) identity: &'a IdentityId,
    pub(crate) key: &'a SessionKey,
    /// When WeChat answered with it.
    pub(crate) obtained_at: Timestamp,
}

/// Why a key was not put on the ring.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum TurnError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Puts the key of a new exchange on the ring, and says what the ring is now, newest first. The
/// caller has entered the identity in the unit of work that `rings` belongs to.
///
/// WeChat gives the same key again for logins in quick succession; that changes nothing. Of two
/// concurrent logins the one that WeChat answered later holds the current key, whichever reaches
/// the store first.
pub(crate) async fn turn(
    rings: &dyn KeyRings,
    sealer: &dyn Sealer,
    obtained: ObtainedKey<'_>,
) -> Result<Vec<SealedKey>, TurnError> {
    let ObtainedKey { identity, key, obtained_at } = obtained;
    let mut ring = rings.load(identity).await?;
    let generation = ring.first().map_or(Generation::FIRST, |newest| newest.generation.next());
    let current = ring.iter_mut().find(|sealed| sealed.superseded_at.is_none());
    if let Some(current) = &current
        && is_same(sealer, identity, current, key)
    {
        return Ok(ring);
    }
    let mut sealed = seal_key(sealer, identity, generation, key, obtained_at)?;
    if let Some(current) = current {
        if current.obtained_at > obtained_at {
            sealed.superseded_at = Some(current.obtained_at);
        } else {
            rings.supersede(identity, current.generation, obtained_at).await?;
            current.superseded_at = Some(obtained_at);
        }
    }
    rings.add(identity, &sealed).await?;
    ring.insert(0, sealed);
    if let Some(last_dropped) = generation.back(1 + KEPT_AS_U32)
        && ring.len() > 1 + KEPT_SUPERSEDED
    {
        rings.remove_through(identity, last_dropped).await?;
        ring.retain(|kept| kept.generation > last_dropped);
    }
    Ok(ring)
}

/// [`KEPT_SUPERSEDED`] as a distance between generations.
const KEPT_AS_U32: u32 = 2;
const _: () = assert!(KEPT_AS_U32 as usize == KEPT_SUPERSEDED);

/// Whether `sealed` is `key`. A key that cannot be opened any more is not.
fn is_same(sealer: &dyn Sealer, identity: &IdentityId, sealed: &SealedKey, key: &SessionKey) -> bool {
    open_key(sealer, identity, sealed).is_ok_and(|opened| opened == *key)
}
