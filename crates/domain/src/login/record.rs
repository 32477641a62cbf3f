use super::{
    AttemptOutcome, Exchanged, LoggedIn, LoginAttempt, LoginCommand, LoginError, LoginPorts, RecentLogin,
    Standing,
};
use crate::{
    app::{App, RegistrationPolicy},
    event::{Event, EventId, EventKind},
    identity::{Identity, IdentityId},
    key_ring::{ObtainedKey, TurnError, turn},
    profile::{Profile, User, UserStatus},
    registration::{Enrolled, Enrolment},
    session::{Revocation, RevocationReason, Session, SessionId, SessionState, Token},
    store::{Repositories, UnitOfWork, draft_first, repeat_passing},
    time::Timestamp,
};

/// Puts a login on record: identity, key, session, attempt and event, all in one unit of work.
pub(super) struct Recording<'a> {
    pub(super) ports: &'a LoginPorts,
    pub(super) command: &'a LoginCommand,
}

impl Recording<'_> {
    /// Records what an exchange told, and opens a session.
    pub(super) async fn exchanged(
        &self,
        exchanged: &Exchanged,
        obtained_at: Timestamp,
        claimed: Option<&LoginAttempt>,
    ) -> Result<LoggedIn, LoginError> {
        let token = self.ports.tokens.mint()?;
        let record = |work| self.try_exchanged(work, exchanged, obtained_at, claimed, &token);
        draft_first(&*self.ports.store, record).await
    }

    async fn try_exchanged(
        &self,
        work: Box<dyn UnitOfWork>,
        exchanged: &Exchanged,
        obtained_at: Timestamp,
        claimed: Option<&LoginAttempt>,
        token: &Token,
    ) -> Result<LoggedIn, LoginError> {
        let app = self.app()?;
        let now = self.ports.clock.now();
        let id = IdentityId { app_id: app.id.clone(), openid: exchanged.openid.clone() };
        let identity = work.identities().enter(&id, exchanged.unionid.as_ref(), now).await?;
        let obtained = ObtainedKey { identity: &id, key: &exchanged.session_key, obtained_at };
        let keys = turn(work.key_rings(), &*self.ports.sealer, obtained).await?;
        let standing = self.standing(&*work, app, &identity, now).await?;
        let session = self.open(&id, &standing, token, now);
        work.sessions().add(&session).await?;
        if let Some(claimed) = claimed {
            self.settle(&*work, claimed, &session, token).await?;
        }
        work.events().append(&self.event(EventKind::LoggedIn, &session, now)).await?;
        work.commit().await?;
        if standing == Standing::Unregistered {
            self.ports.recent.remember(RecentLogin { session: session.clone(), identity, keys, obtained_at });
        }
        Ok(LoggedIn { session, token: token.clone(), standing })
    }

    /// Records that a login was repeated: a fresh session in the place of one whose token was
    /// never used. `None` where another request did so first.
    pub(super) async fn repeated(
        &self,
        found: &LoginAttempt,
        earlier: &Session,
    ) -> Result<Option<LoggedIn>, LoginError> {
        let token = self.ports.tokens.mint()?;
        let repeated = repeat_passing(|| self.try_repeated(found, earlier, &token)).await?;
        if repeated.is_some() {
            self.ports.cache.evict(&earlier.token_hash);
        }
        Ok(repeated)
    }

    async fn try_repeated(
        &self,
        found: &LoginAttempt,
        earlier: &Session,
        token: &Token,
    ) -> Result<Option<LoggedIn>, LoginError> {
        let now = self.ports.clock.now();
        let work = self.ports.store.begin().await?;
        let standing = self.ports.standing_in(&*work, &earlier.identity).await?;
        let session = self.open(&earlier.identity, &standing, token, now);
        let settled = LoginAttempt { outcome: self.outcome(found, session.id, token)?, ..found.clone() };
        if !work.login_attempts().replace(found, &settled).await? {
            return Ok(None);
        }
        if !earlier.is_claimed() {
            let revocation = Revocation::new(now, RevocationReason::Unclaimed);
            work.sessions().revoke(earlier.id, revocation).await?;
        }
        work.sessions().add(&session).await?;
        work.events().append(&self.event(EventKind::LoginRepeated, &session, now)).await?;
        work.commit().await?;
        Ok(Some(LoggedIn { session, token: token.clone(), standing }))
    }

    fn app(&self) -> Result<&App, LoginError> {
        self.ports.apps.get(&self.command.app_id).ok_or(LoginError::UnknownApp)
    }

    fn open(&self, identity: &IdentityId, standing: &Standing, token: &Token, now: Timestamp) -> Session {
        let state = match standing {
            Standing::Registered(user) => SessionState::Registered(user.id),
            Standing::Unregistered => SessionState::Unregistered,
        };
        self.ports.lifetime.open(
            SessionId::new(self.ports.ids.next(now)),
            self.ports.tokens.digest(token.expose()),
            identity.clone(),
            state,
            self.command.client.clone(),
            now,
        )
    }

    fn event(&self, kind: EventKind, session: &Session, at: Timestamp) -> Event {
        Event {
            id: EventId::new(self.ports.ids.next(at)),
            kind,
            identity: session.identity.clone(),
            user_id: session.state.user_id(),
            session_id: Some(session.id),
            at,
            client: self.command.client.clone(),
        }
    }

    fn outcome(
        &self,
        attempt: &LoginAttempt,
        session_id: SessionId,
        token: &Token,
    ) -> Result<AttemptOutcome, LoginError> {
        let token = self.ports.sealer.seal(token.expose().as_bytes(), &attempt.key.place())?;
        Ok(AttemptOutcome::LoggedIn { session_id, token })
    }

    /// Gives the claimed attempt its outcome. Where the lease was lost meanwhile, this login must
    /// not count beside the other one.
    async fn settle(
        &self,
        work: &dyn UnitOfWork,
        claimed: &LoginAttempt,
        session: &Session,
        token: &Token,
    ) -> Result<(), LoginError> {
        let outcome = self.outcome(claimed, session.id, token)?;
        let settled = LoginAttempt { outcome, ..claimed.clone() };
        if work.login_attempts().replace(claimed, &settled).await? {
            Ok(())
        } else {
            Err(LoginError::InProgress)
        }
    }

    /// Who the identity is to us, after this login: a known user, one who joins a user of another
    /// app or registers silently, or nobody yet.
    async fn standing(
        &self,
        work: &dyn UnitOfWork,
        app: &App,
        identity: &Identity,
        now: Timestamp,
    ) -> Result<Standing, LoginError> {
        let enrolment = Enrolment { work, ids: &*self.ports.ids, app, client: &self.command.client, now };
        let user = match identity.user_id {
            Some(user_id) => {
                let user = work.users().find(user_id).await?;
                match user {
                    Some(user) => Some(enrolment.keep_union(identity, user).await?),
                    None => return Err(LoginError::UserBlocked),
                }
            }
            None if app.registration == RegistrationPolicy::Silent => {
                let Enrolled { user, .. } = enrolment.enrol(identity, Profile::default()).await?;
                Some(user)
            }
            None => enrolment.join(identity).await?,
        };
        user.map_or(Ok(Standing::Unregistered), admitted)
    }
}

impl LoginPorts {
    /// Who the identity is to us, as it stands.
    pub(super) async fn standing_of(&self, identity: &IdentityId) -> Result<Standing, LoginError> {
        self.standing_in(&*self.store, identity).await
    }

    async fn standing_in<R: Repositories + ?Sized>(
        &self,
        repositories: &R,
        identity: &IdentityId,
    ) -> Result<Standing, LoginError> {
        let on_record = repositories.identities().find(identity).await?;
        let Some(user_id) = on_record.and_then(|identity| identity.user_id) else {
            return Ok(Standing::Unregistered);
        };
        let user = repositories.users().find(user_id).await?;
        user.map_or(Err(LoginError::UserBlocked), admitted)
    }
}

fn admitted(user: User) -> Result<Standing, LoginError> {
    match user.status {
        UserStatus::Active => Ok(Standing::Registered(Box::new(user))),
        UserStatus::Blocked | UserStatus::Erased => Err(LoginError::UserBlocked),
    }
}

impl From<TurnError> for LoginError {
    fn from(error: TurnError) -> Self {
        match error {
            TurnError::Seal(error) => Self::Seal(error),
            TurnError::Store(error) => Self::Store(error),
        }
    }
}
