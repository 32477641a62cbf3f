use super::{
    ExchangeError, Exchanged, LoggedIn, LoginCommand, LoginError, LoginPorts, Standing,
    attempts::LoginOutcome,
    decide::{Decision, Earlier, Found, Opening, decide, decide_again},
};
use crate::{
    client::Origin,
    enrolment::Enrolling,
    identity::IdentityRecord,
    ids::{EventId, IdentityId, SessionId},
    key_ring::{ObtainedKey, rotate},
    one_time_code::{CodeAttempt, CodeAttemptChange},
    session::{NewSession, PersonRecord, Session, Token},
    store::Attempt,
    store_error::StoreError,
    time::Timestamp,
};

/// Records logins: identity, key, session, attempt and event, all in one commit.
pub(super) struct Recording<'a> {
    pub(super) ports: &'a LoginPorts,
    pub(super) command: &'a LoginCommand,
}

/// A login as it was decided, and the sessions that it ends.
struct Recorded {
    logged_in: LoggedIn,
    ended: Vec<Session>,
}

impl Recording<'_> {
    /// Records what an exchange brought, and opens a session.
    pub(super) async fn exchanged(
        &self,
        exchanged: &Exchanged,
        obtained_at: Timestamp,
        claimed: Option<&CodeAttempt>,
    ) -> Result<LoggedIn, LoginError> {
        let token = self.ports.tokens.mint()?;
        let attempt = || self.attempt(exchanged, obtained_at, claimed, &token);
        Ok(self.evict_ended(self.ports.store.settle(attempt).await?))
    }

    async fn attempt(
        &self,
        exchanged: &Exchanged,
        obtained_at: Timestamp,
        claimed: Option<&CodeAttempt>,
        token: &Token,
    ) -> Result<Attempt<Recorded>, LoginError> {
        let ports = self.ports;
        if let Some(claimed) = claimed {
            self.check_claim(claimed).await?;
        }
        let app = ports.apps.get(&self.command.app_id).ok_or(LoginError::UnknownApp)?;
        let id = IdentityId { app_id: app.id.clone(), openid: exchanged.openid.clone() };
        let record = ports.store.identities().find(&id).await?;
        let origin = self.origin();
        let keys = record.as_ref().map_or(&[][..], |record| &record.keys);
        let obtained = ObtainedKey { identity: &id, key: &exchanged.session_key, obtained_at };
        let rotation = rotate(keys, &*ports.sealer, &obtained)?;
        let displaced = self.displaced(record.as_ref(), None, &origin).await?;
        let found = Found::of(record, id, exchanged.unionid.clone(), origin.at);
        let found = Found { rotation, displaced, ..found };
        let reading = Enrolling { store: &*ports.store, ids: &*ports.ids, app, origin: &origin };
        let enrolment = reading.read(&found.identity, found.user.as_ref()).await?;
        let decision = decide(found, &enrolment, app, self.opening(token, &origin))?;
        self.recorded(decision, token, claimed)
    }

    /// Records that a login was repeated: a new session in the place of one whose token was never
    /// used. `None` where another request did so first.
    pub(super) async fn repeated(
        &self,
        found: &CodeAttempt,
        session_id: SessionId,
    ) -> Result<Option<LoggedIn>, LoginError> {
        let token = self.ports.tokens.mint()?;
        let attempt = || self.attempt_again(found, session_id, &token);
        let recorded = self.ports.store.settle(attempt).await?;
        Ok(recorded.map(|recorded| self.evict_ended(recorded)))
    }

    async fn attempt_again(
        &self,
        found: &CodeAttempt,
        session_id: SessionId,
        token: &Token,
    ) -> Result<Attempt<Option<Recorded>>, LoginError> {
        let ports = self.ports;
        let on_record = ports.store.code_attempts().find(&found.key).await?;
        if on_record.is_none_or(|on_record| on_record.outcome != found.outcome) {
            return Ok(Attempt::unchanged(None));
        }
        let earlier = self.find_earlier(session_id).await?;
        let record = ports.store.identities().find(&earlier.session.identity).await?;
        let origin = self.origin();
        let replaced = earlier.replaced().map(|session| session.id);
        let displaced = self.displaced(record.as_ref(), replaced, &origin).await?;
        let record = record.ok_or(ExchangeError::CodeUsed)?;
        let decision = decide_again(&earlier, record, displaced, self.opening(token, &origin))?;
        Ok(self.recorded(decision, token, Some(found))?.map(Some))
    }

    /// The session of an earlier attempt, and the person's standing now.
    pub(super) async fn earlier(&self, id: SessionId) -> Result<(Session, Standing), LoginError> {
        let earlier = self.find_earlier(id).await?;
        let record = self.ports.store.identities().find(&earlier.session.identity).await?;
        let record = record.ok_or(ExchangeError::CodeUsed)?;
        if !record.is_admitted() {
            return Err(LoginError::blocked(&record.identity.id));
        }
        earlier.check_not_ended()?;
        Ok((earlier.session, Standing::of(&record.identity.id, record.user)?))
    }

    async fn find_earlier(&self, id: SessionId) -> Result<Earlier, LoginError> {
        let sessions = self.ports.store.sessions();
        let session = sessions.find(id).await?.ok_or(ExchangeError::CodeUsed)?;
        let successor = match &session.succession {
            Some(succession) => sessions.find(succession.session_id).await?,
            None => None,
        };
        Ok(Earlier { session, successor })
    }

    /// Refuses to record a login whose claim on the code was taken over by another request.
    async fn check_claim(&self, claimed: &CodeAttempt) -> Result<(), LoginError> {
        let on_record = self.ports.store.code_attempts().find(&claimed.key).await?;
        match on_record {
            Some(on_record) if on_record.outcome == claimed.outcome => Ok(()),
            Some(_) | None => Err(LoginError::InProgress),
        }
    }

    /// The least recently used sessions that one more would displace. It may take the place of one that
    /// is `replaced`.
    async fn displaced(
        &self,
        record: Option<&IdentityRecord>,
        replaced: Option<SessionId>,
        origin: &Origin,
    ) -> Result<Vec<Session>, StoreError> {
        match record {
            Some(record) if record.unrevoked_sessions >= self.ports.max_sessions => {
                let kept = self.ports.max_sessions.saturating_sub(1);
                let store = &*self.ports.store;
                PersonRecord::of(store, record).await?.sessions_beyond(store, kept, replaced, origin.at).await
            }
            Some(_) | None => Ok(Vec::new()),
        }
    }

    /// The request, as of now. A session is dated after its identity was read: one that is opened after
    /// a logout everywhere is not older than the logout.
    fn origin(&self) -> Origin {
        Origin { at: self.ports.clock.now(), client: self.command.client.clone() }
    }

    fn opening<'a>(&self, token: &Token, origin: &'a Origin) -> Opening<'a> {
        let LoginPorts { ids, tokens, lifetime, .. } = self.ports;
        let session = NewSession {
            id: SessionId::mint(&**ids, origin.at),
            token_hash: tokens.digest(token.expose()),
            route: self.command.route,
            lifetime: *lifetime,
        };
        Opening { session, event_id: EventId::mint(&**ids, origin.at), origin }
    }

    /// The attempt of the use case that commits `decision`, and with it the outcome of the attempt to
    /// log in.
    fn recorded(
        &self,
        decision: Decision,
        token: &Token,
        seen: Option<&CodeAttempt>,
    ) -> Result<Attempt<Recorded>, LoginError> {
        let Decision { mut changes, session, standing, ended } = decision;
        if let Some(seen) = seen {
            let outcome = LoginOutcome { session_id: session.id, token: token.clone() };
            let next = outcome.end(seen, &*self.ports.sealer)?;
            changes.push(CodeAttemptChange::Replace { seen: seen.clone(), next });
        }
        let logged_in = LoggedIn { session, token: token.clone(), standing };
        Ok(Attempt::new(changes, Recorded { logged_in, ended }))
    }

    fn evict_ended(&self, recorded: Recorded) -> LoggedIn {
        for session in &recorded.ended {
            self.ports.cache.evict(&session.token_hash);
        }
        recorded.logged_in
    }
}
