use super::{ExchangeError, LoginError, Standing};
use crate::{
    app::RegistrationPolicy,
    client::Origin,
    enrolment::Enrolment,
    event::{Event, EventKind},
    identity::{Identity, IdentityChange, IdentityRecord},
    ids::{EventId, IdentityId, UnionId},
    key_ring::KeyRingChange,
    session::{NewSession, Revocation, RevocationReason, Session, SessionChange, revoking},
    store::Changes,
    time::Timestamp,
    user::{Profile, User},
    version::Version,
};

/// What a login rests on.
pub(super) struct Found {
    /// The identity, as it is after this exchange.
    pub(super) identity: Identity,
    pub(super) is_new: bool,
    pub(super) user: Option<User>,
    /// What puts the key of this exchange on the ring.
    pub(super) rotation: Vec<KeyRingChange>,
    /// The sessions that have to end, so that the person does not have too many.
    pub(super) displaced: Vec<Session>,
}

impl Found {
    /// What is on record for `id`, which WeChat vouched for at `seen_at`. A unionid that WeChat sends
    /// is kept; its absence removes none.
    pub(super) fn of(
        record: Option<IdentityRecord>,
        id: IdentityId,
        unionid: Option<UnionId>,
        seen_at: Timestamp,
    ) -> Self {
        let (rotation, displaced) = (Vec::new(), Vec::new());
        let Some(IdentityRecord { identity, user, .. }) = record else {
            let (version, first_seen_at, last_seen_at) = (Version::FIRST, seen_at, seen_at);
            let identity = Identity { id, unionid, user_id: None, version, first_seen_at, last_seen_at };
            return Self { identity, is_new: true, user: None, rotation, displaced };
        };
        let last_seen_at = identity.last_seen_at.max(seen_at);
        let identity = Identity { unionid: unionid.or(identity.unionid), last_seen_at, ..identity };
        Self { identity, is_new: false, user, rotation, displaced }
    }
}

/// The session of an earlier login with the same code.
pub(super) struct Earlier {
    pub(super) session: Session,
    /// The session that registration put in its place.
    pub(super) successor: Option<Session>,
}

impl Earlier {
    /// The session, where a repetition opens another in its place: its token was never used.
    pub(super) fn replaced(&self) -> Option<&Session> {
        Some(&self.session).filter(|session| session.revoked.is_none() && !session.is_claimed())
    }

    /// Refuses to repeat a login that was ended since: then its code is simply used.
    pub(super) fn check_not_ended(&self) -> Result<(), ExchangeError> {
        let goes_on = match self.session.revoked.map(|revocation| revocation.reason) {
            None | Some(RevocationReason::Unclaimed) => true,
            Some(RevocationReason::Registered) => {
                self.successor.as_ref().is_some_and(|successor| successor.revoked.is_none())
            }
            Some(
                RevocationReason::LoggedOut
                | RevocationReason::EndedElsewhere
                | RevocationReason::Displaced
                | RevocationReason::Blocked
                | RevocationReason::Erased,
            ) => false,
        };
        if goes_on { Ok(()) } else { Err(ExchangeError::CodeUsed) }
    }
}

/// The session to be opened, and the request that opens it.
pub(super) struct Opening<'a> {
    pub(super) session: NewSession,
    pub(super) event_id: EventId,
    pub(super) origin: &'a Origin,
}

impl Opening<'_> {
    fn open(
        self,
        identity: IdentityId,
        standing: &Standing,
        kind: EventKind,
        changes: &mut Changes,
    ) -> Session {
        let session = self.session.open(identity, standing.session_state(), self.origin);
        changes.push(SessionChange::Open(session.clone()));
        changes.push(Event::new(self.event_id, kind, session.subject(), self.origin));
        session
    }

    const fn revocation(&self, reason: RevocationReason) -> Revocation {
        Revocation::new(self.origin.at, reason)
    }
}

/// What was decided about a login.
pub(super) struct Decision {
    pub(super) changes: Changes,
    pub(super) session: Session,
    pub(super) standing: Standing,
    /// The sessions that end.
    pub(super) ended: Vec<Session>,
}

/// Decides who logs in: a known user, one who joins a user of another app or registers silently, or
/// a stranger; and opens a session for them.
pub(super) fn decide(
    found: Found,
    enrolment: &Enrolment<'_>,
    policy: RegistrationPolicy,
    opening: Opening<'_>,
) -> Result<Decision, LoginError> {
    let Found { mut identity, is_new, user, rotation, displaced } = found;
    let mut changes = Changes::default();
    let user = match (user, policy) {
        (Some(user), _) => Some(enrolment.record_union(user, &mut changes)),
        // Bound to a user who is not on record.
        (None, _) if identity.user_id.is_some() => return Err(LoginError::UserBlocked),
        (None, RegistrationPolicy::Silent) => {
            Some(enrolment.enrol(&mut identity, Profile::default(), &mut changes).user)
        }
        (None, RegistrationPolicy::OpenData) => enrolment.join(&mut identity, &mut changes),
    };
    let standing = Standing::of(user)?;
    let id = identity.id.clone();
    changes.push(if is_new { IdentityChange::Add(identity) } else { IdentityChange::Update(identity) });
    changes.extend(rotation);
    changes.append(revoking(&displaced, opening.revocation(RevocationReason::Displaced)));
    let session = opening.open(id, &standing, EventKind::LoggedIn, &mut changes);
    Ok(Decision { changes, session, standing, ended: displaced })
}

/// Decides about the repetition of a login: it opens another session, in the place of the earlier one
/// where its token was never used.
pub(super) fn decide_again(
    earlier: &Earlier,
    record: IdentityRecord,
    displaced: Vec<Session>,
    opening: Opening<'_>,
) -> Result<Decision, LoginError> {
    earlier.check_not_ended()?;
    if !record.is_admitted() {
        return Err(LoginError::UserBlocked);
    }
    let standing = Standing::of(record.user)?;
    let id = record.identity.id.clone();
    let mut changes = Changes::default();
    changes.push(IdentityChange::Update(record.identity));
    changes.append(revoking(&displaced, opening.revocation(RevocationReason::Displaced)));
    changes.append(revoking(earlier.replaced(), opening.revocation(RevocationReason::Unclaimed)));
    let session = opening.open(id, &standing, EventKind::LoginRepeated, &mut changes);
    let ended = displaced.into_iter().chain(earlier.replaced().cloned()).collect();
    Ok(Decision { changes, session, standing, ended })
}
