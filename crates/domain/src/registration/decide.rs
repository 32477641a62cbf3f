use super::{Novelty, RegisterError};
use crate::{
    client::Origin,
    enrolment::{Enrolled, Enrolment},
    identity::IdentityChange,
    open_data::Proof,
    sealing::Sealed,
    session::{
        AuthenticateError, NewSession, Presented, REPEATABLE_FOR, RevocationReason, Session, SessionChange,
        SessionState, Succession,
    },
    store::Changes,
    time::Timestamp,
    user::{User, UserStatus},
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
    proof: &Proof,
    enrolment: &Enrolment<'_>,
    renewal: Option<Renewal>,
    origin: &Origin,
) -> Result<Decision, RegisterError> {
    let mut changes = Changes::default();
    let mut identity = record.identity;
    let Enrolled { user, is_new } = match record.user {
        Some(user) => Enrolled { user, is_new: false },
        None => enrolment.enrol(&mut identity, proof.profile.clone(), &mut changes),
    };
    if user.status != UserStatus::Active {
        return Err(AuthenticateError::UserBlocked.into());
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
