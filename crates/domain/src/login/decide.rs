use super::{ExchangeError, LoginError, Standing};
use crate::{
    app::{App, RegistrationMethod},
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
    app: &App,
    opening: Opening<'_>,
) -> Result<Decision, LoginError> {
    let Found { mut identity, is_new, user, rotation, displaced } = found;
    let mut changes = Changes::default();
    let user = match user {
        Some(user) => Some(enrolment.record_union(user, &mut changes)),
        // Bound to a user who is not on record.
        None if identity.user_id.is_some() => return Err(LoginError::blocked(&identity.id)),
        None if app.allows(RegistrationMethod::Silent) => {
            Some(enrolment.enrol(&mut identity, Profile::default(), &mut changes).user)
        }
        None => enrolment.join(&mut identity, &mut changes),
    };
    let standing = Standing::of(&identity.id, user)?;
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
    if !record.is_admitted() {
        return Err(LoginError::blocked(&record.identity.id));
    }
    earlier.check_not_ended()?;
    let standing = Standing::of(&record.identity.id, record.user)?;
    let id = record.identity.id.clone();
    let mut changes = Changes::default();
    changes.push(IdentityChange::Update(record.identity));
    changes.append(revoking(&displaced, opening.revocation(RevocationReason::Displaced)));
    changes.append(revoking(earlier.replaced(), opening.revocation(RevocationReason::Unclaimed)));
    let session = opening.open(id, &standing, EventKind::LoginRepeated, &mut changes);
    let ended = displaced.into_iter().chain(earlier.replaced().cloned()).collect();
    Ok(Decision { changes, session, standing, ended })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        samples::{self, names, new_session, user},
        session::SessionState,
        user::UserStatus,
    };

    const SILENT: RegistrationMethod = RegistrationMethod::Silent;
    const OPEN_DATA: RegistrationMethod = RegistrationMethod::OpenData;
    const ACTIVE: Option<UserStatus> = Some(UserStatus::Active);
    const BLOCKED: Option<UserStatus> = Some(UserStatus::Blocked);
    const ERASED: Option<UserStatus> = Some(UserStatus::Erased);

    fn found(record: Option<IdentityRecord>) -> Found {
        Found::of(record, samples::identity().id, None, samples::origin().at)
    }

    fn opening(origin: &Origin) -> Opening<'_> {
        Opening { session: new_session(), event_id: samples::event_id(), origin }
    }

    #[test]
    fn what_is_on_record_decides_who_logs_in() {
        let login = ["session open", "event logged_in"];
        // The user of the identity, the policy, the same person at another app; what changes before
        // the session is opened.
        let table: [(_, _, _, &[&str]); 4] = [
            (None, OPEN_DATA, None, &["identity add"]),
            (None, SILENT, None, &["user add", "event registered", "identity add"]),
            (None, OPEN_DATA, ACTIVE, &["user update", "event joined", "identity add"]),
            (ACTIVE, OPEN_DATA, None, &["identity update"]),
        ];
        for (status, policy, same_person, changes) in table {
            let origin = samples::origin();
            let found = found(status.map(samples::record));
            let enrolment = Enrolment::found(same_person.map(user), &origin);
            let decision = decide(found, &enrolment, &samples::app(policy), opening(&origin)).unwrap();
            let case = format!("{status:?} {policy:?} {same_person:?}");
            assert_eq!(names(&decision.changes), [changes, &login].concat(), "{case}");
            let is_registered = decision.session.state != SessionState::Unregistered;
            assert_eq!(is_registered, changes.len() != 1 || status.is_some(), "{case}");
        }
    }

    #[test]
    fn a_blocked_or_erased_user_is_refused() {
        let table = [
            (BLOCKED, OPEN_DATA, None),
            (ERASED, OPEN_DATA, None),
            (BLOCKED, SILENT, None),
            (None, SILENT, BLOCKED),
            (None, OPEN_DATA, ERASED),
        ];
        for (status, policy, same_person) in table {
            let origin = samples::origin();
            let found = found(status.map(samples::record));
            let enrolment = Enrolment::found(same_person.map(user), &origin);
            let decision = decide(found, &enrolment, &samples::app(policy), opening(&origin));
            let is_refused = matches!(decision, Err(LoginError::UserBlocked(_)));
            assert!(is_refused, "{status:?} {policy:?} {same_person:?}");
        }
        let origin = samples::origin();
        let missing = IdentityRecord { user: None, ..samples::record(UserStatus::Active) };
        let decision = decide(
            found(Some(missing)),
            &Enrolment::found(None, &origin),
            &samples::app(SILENT),
            opening(&origin),
        );
        assert!(matches!(decision, Err(LoginError::UserBlocked(_))), "bound to a user who is not on record");
    }

    #[test]
    fn a_login_is_repeated_until_its_session_is_ended() {
        let revoked = |reason| Session {
            revoked: Some(Revocation::new(samples::origin().at, reason)),
            ..samples::session()
        };
        for reason in RevocationReason::ALL.iter().copied() {
            let goes_on = reason == RevocationReason::Unclaimed;
            let earlier = Earlier { session: revoked(reason), successor: None };
            assert_eq!(earlier.check_not_ended().is_ok(), goes_on, "{reason:?}");
            // What counts of a session that registered is its successor.
            let successor = Some(revoked(reason));
            let earlier = Earlier { session: revoked(RevocationReason::Registered), successor };
            assert_eq!(earlier.check_not_ended(), Err(ExchangeError::CodeUsed), "{reason:?}");
        }
        let successor = Some(samples::session());
        let registered = Earlier { session: revoked(RevocationReason::Registered), successor };
        assert_eq!(registered.check_not_ended(), Ok(()));
        let live = Earlier { session: samples::session(), successor: None };
        assert_eq!(live.check_not_ended(), Ok(()));
    }

    #[test]
    fn a_repetition_replaces_a_session_whose_token_was_never_used() {
        let unclaimed = samples::session();
        let claimed = Session { last_seen_at: Timestamp::from_millis(i64::MAX), ..samples::session() };
        let revocation = Revocation::new(samples::origin().at, RevocationReason::Unclaimed);
        let revoked = Session { revoked: Some(revocation), ..samples::session() };
        let opened = ["session open", "event login_repeated"];
        let table: [(_, &[&str]); 3] = [
            (unclaimed, &["identity update", "session revoke"]),
            (claimed, &["identity update"]),
            (revoked, &["identity update"]),
        ];
        for (session, changes) in table {
            let origin = samples::origin();
            let earlier = Earlier { session, successor: None };
            let record = samples::record(UserStatus::Active);
            let decision = decide_again(&earlier, record, Vec::new(), opening(&origin)).unwrap();
            assert_eq!(names(&decision.changes), [changes, &opened].concat(), "{:?}", earlier.session);
            assert_eq!(decision.ended.len(), changes.len() - 1);
        }
    }
}
