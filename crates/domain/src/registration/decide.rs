use super::{Novelty, RegisterError};
use crate::{
    client::Origin,
    enrolment::{Enrolled, Enrolment},
    identity::IdentityChange,
    key_ring::Fit,
    open_data::Proof,
    phone::Binding,
    sealing::Sealed,
    session::{
        AuthenticateError, NewSession, Presented, REPEATABLE_FOR, RevocationReason, Session, SessionChange,
        SessionState, Succession,
    },
    store::Changes,
    time::Timestamp,
    user::{Profile, User, UserChange, UserStatus},
};

/// What a presented session calls for.
pub(super) enum Case {
    /// It is unregistered: register it.
    Register(Presented),
    /// It is registered: nothing changes.
    Registered(Presented),
    /// It registered a moment ago, and this is the repetition.
    Repeated(Presented, Succession),
}

/// Refuses a session that opens nothing, and tells the others apart.
pub(super) fn case_of(presented: Presented, now: Timestamp) -> Result<Case, RegisterError> {
    let Session { revoked, succession, state, .. } = &presented.session;
    let is_repeatable = revoked.is_some_and(|revocation| {
        revocation.reason == RevocationReason::Registered && now < revocation.at.plus(REPEATABLE_FOR)
    });
    if let Some(succession) = succession.clone().filter(|_| is_repeatable && presented.record.is_admitted()) {
        return Ok(Case::Repeated(presented, succession));
    }
    let is_registered = *state != SessionState::Unregistered;
    let presented = presented.admitted(now)?;
    Ok(if is_registered { Case::Registered(presented) } else { Case::Register(presented) })
}

/// What shows who registers: one of the two.
pub(super) struct Evidence<'a> {
    /// Open data that WeChat signed or encrypted just now.
    pub(super) proof: Option<Proof>,
    /// A number that WeChat gave for a code.
    pub(super) binding: Option<Binding<'a>>,
}

impl Evidence<'_> {
    /// The profile of a user who is new.
    fn profile(&self) -> Profile {
        self.proof.as_ref().map(|proof| proof.profile.clone()).unwrap_or_default()
    }

    /// Which key open data fitted.
    pub(super) fn fit(&self) -> Option<Fit> {
        self.proof.as_ref().map(|proof| proof.fit)
    }
}

/// A session with a new token, for the place of the one that registers.
pub(super) struct Renewal {
    pub(super) session: NewSession,
    /// The new token, sealed for its place.
    pub(super) token: Sealed,
}

/// What was decided about a registration.
pub(super) struct Decision {
    pub(super) changes: Changes,
    pub(super) session: Session,
    pub(super) user: User,
    pub(super) novelty: Novelty,
}

/// Makes the person behind an unregistered session a user, unless they are one already, and registers
/// the session: in place, or by a renewal.
pub(super) fn decide(
    Presented { session, record }: Presented,
    evidence: &Evidence<'_>,
    enrolment: &Enrolment<'_>,
    renewal: Option<Renewal>,
    origin: &Origin,
) -> Result<Decision, RegisterError> {
    let mut changes = Changes::default();
    let mut identity = record.identity;
    let is_known = record.user.is_some();
    let Enrolled { user, is_new } = match record.user {
        Some(user) => Enrolled { user, is_new: false },
        None => enrolment.enrol(&mut identity, evidence.profile(), &mut changes),
    };
    if user.status != UserStatus::Active {
        return Err(AuthenticateError::UserBlocked.into());
    }
    if let Some(binding) = &evidence.binding {
        let bound = binding.bind_to(user.id, session.subject(), &mut changes)?;
        // Enrolling has written the user already.
        if bound.is_new && is_known {
            changes.push(UserChange::Update(user.clone()));
        }
    }
    changes.push(IdentityChange::Update(identity));
    let state = SessionState::Registered(user.id);
    let session = if let Some(Renewal { session: new, token }) = renewal {
        let successor = new.open(session.identity.clone(), state, origin);
        let succession = Succession { session_id: successor.id, token };
        changes.push(SessionChange::Succeed { id: session.id, at: origin.at, succession });
        changes.push(SessionChange::Open(successor.clone()));
        successor
    } else {
        changes.push(SessionChange::Register { id: session.id, user: user.id });
        Session { state, ..session }
    };
    let novelty = if is_new { Novelty::New } else { Novelty::Known };
    Ok(Decision { changes, session, user, novelty })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        identity::IdentityRecord,
        samples::{self, names, new_session},
        session::Revocation,
    };

    fn unregistered() -> Session {
        Session { state: SessionState::Unregistered, ..samples::session() }
    }

    fn stranger() -> IdentityRecord {
        IdentityRecord { identity: samples::identity(), user: None, ..samples::record(UserStatus::Active) }
    }

    /// A session that ended for `reason` at the moment of the sample request.
    fn ended(reason: RevocationReason) -> Session {
        let succession = Succession { session_id: samples::session().id, token: Sealed::new(Vec::new()) };
        Session {
            revoked: Some(Revocation::new(samples::origin().at, reason)),
            succession: (reason == RevocationReason::Registered).then_some(succession),
            ..unregistered()
        }
    }

    fn case_at(session: Session, record: IdentityRecord, now: Timestamp) -> &'static str {
        match case_of(Presented { session, record }, now) {
            Ok(Case::Register(_)) => "register",
            Ok(Case::Registered(_)) => "registered",
            Ok(Case::Repeated(..)) => "repeated",
            Err(RegisterError::Session(AuthenticateError::Revoked(_))) => "revoked",
            Err(RegisterError::Session(AuthenticateError::Expired)) => "expired",
            Err(RegisterError::Session(AuthenticateError::UserBlocked)) => "blocked",
            Err(error) => panic!("{error:?}"),
        }
    }

    #[test]
    fn the_session_tells_what_a_registration_is() {
        let now = samples::origin().at;
        let last = now.plus(REPEATABLE_FOR).minus(std::time::Duration::from_millis(1));
        let too_late = now.plus(REPEATABLE_FOR);
        let active = || samples::record(UserStatus::Active);
        let blocked = || samples::record(UserStatus::Blocked);
        let registered = || ended(RevocationReason::Registered);
        let table = [
            (unregistered(), stranger(), now, "register"),
            (unregistered(), active(), now, "register"),
            (samples::session(), active(), now, "registered"),
            (samples::session(), active(), samples::session().expires_at(), "expired"),
            (registered(), active(), last, "repeated"),
            (registered(), active(), too_late, "revoked"),
            (ended(RevocationReason::LoggedOut), stranger(), now, "revoked"),
            (unregistered(), blocked(), now, "blocked"),
            (samples::session(), blocked(), now, "blocked"),
            (registered(), blocked(), last, "blocked"),
        ];
        for (session, record, now, case) in table {
            assert_eq!(case_at(session.clone(), record, now), case, "{session:?}");
        }
    }

    fn register(record: IdentityRecord, renewal: Option<Renewal>) -> Result<Decision, RegisterError> {
        let origin = samples::origin();
        let presented = Presented { session: unregistered(), record };
        let proof = Proof { fit: Fit::Current, profile: Profile::default() };
        let evidence = Evidence { proof: Some(proof), binding: None };
        decide(presented, &evidence, &Enrolment::found(None, &origin), renewal, &origin)
    }

    fn renewal() -> Renewal {
        Renewal { session: new_session(), token: Sealed::new(Vec::new()) }
    }

    #[test]
    fn a_stranger_becomes_a_user_and_the_session_is_registered() {
        let enrolled: &[&str] = &["user add", "event registered", "identity update"];
        let known: &[&str] = &["identity update"];
        let renewed: &[&str] = &["session succeed", "session open"];
        let in_place: &[&str] = &["session register"];
        let active = || samples::record(UserStatus::Active);
        let table = [
            (stranger(), Some(renewal()), [enrolled, renewed], Novelty::New),
            (stranger(), None, [enrolled, in_place], Novelty::New),
            (active(), Some(renewal()), [known, renewed], Novelty::Known),
            (active(), None, [known, in_place], Novelty::Known),
        ];
        for (record, renewal, changes, novelty) in table {
            let decision = register(record, renewal).unwrap();
            assert_eq!(names(&decision.changes), changes.concat());
            assert_eq!(decision.novelty, novelty);
            assert_eq!(decision.session.state, SessionState::Registered(decision.user.id));
        }
    }

    #[test]
    fn a_blocked_user_registers_no_session() {
        let refused = register(samples::record(UserStatus::Blocked), Some(renewal()));
        assert!(matches!(refused, Err(RegisterError::Session(AuthenticateError::UserBlocked))));
    }
}
