use std::sync::Arc;

use super::{Enrolled, Enrolment, Novelty, RegisterCommand, RegisterError, Registered, TokenChange};
use crate::{
    app::Apps,
    identity::Identity,
    ids::Ids,
    key_ring::{Fit, Grace, SealedKey},
    login::{REPEATABLE_FOR, RecentLogin, RecentLogins},
    open_data::{Freshness, OpenData, Opening},
    profile::{Profile, User, UserId, UserStatus},
    sealing::{SealError, Sealer},
    session::{
        AuthenticateError, ClientInfo, Revocation, RevocationReason, Session, SessionCache, SessionId,
        SessionLifetime, SessionState, Succession, Token, Tokens,
    },
    store::{Store, UnitOfWork, draft_first},
    time::{Clock, Timestamp},
};

/// What registration needs of the world.
#[derive(Clone)]
pub struct RegisterPorts {
    /// Where sessions, keys and users are kept.
    pub store: Arc<dyn Store>,
    /// Verifies and decrypts.
    pub open_data: Arc<dyn OpenData>,
    /// Opens keys and seals tokens.
    pub sealer: Arc<dyn Sealer>,
    /// Mints and hashes tokens.
    pub tokens: Arc<dyn Tokens>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Mints ids.
    pub ids: Arc<dyn Ids>,
    /// The apps that are served.
    pub apps: Arc<Apps>,
    /// How long sessions live.
    pub lifetime: SessionLifetime,
    /// How long superseded keys count.
    pub grace: Grace,
    /// How fresh data must be.
    pub freshness: Freshness,
    /// The sessions kept in this process.
    pub cache: Arc<SessionCache>,
    /// The logins that registrations may follow at once.
    pub recent: Arc<RecentLogins>,
}

/// Turns an unregistered session into a registered user.
pub struct Register {
    ports: RegisterPorts,
}

/// A session as it was presented.
enum Presented {
    /// It is live.
    Live(Session),
    /// It registered a moment ago, and this is the repetition.
    Succeeded(Session, Succession),
}

/// What a registration stands on.
struct Known<'a> {
    session: &'a Session,
    identity: Identity,
    keys: Vec<SealedKey>,
}

/// What was found in the data.
struct Proof {
    fit: Fit,
    profile: Profile,
}

impl Register {
    /// Registers by these ports.
    pub const fn new(ports: RegisterPorts) -> Self {
        Self { ports }
    }

    /// Verifies and opens the data, and makes its sender a user. Whoever is one already stays it.
    pub async fn execute(&self, command: RegisterCommand) -> Result<Registered, RegisterError> {
        if let Some(registered) = self.follow(&command).await {
            return Ok(registered);
        }
        let session = match self.present(&command.token).await? {
            Presented::Live(session) => session,
            Presented::Succeeded(session, succession) => {
                return self.answer_again(&session, &succession, &command).await;
            }
        };
        if let SessionState::Registered(user_id) = session.state {
            return self.registered_before(session, user_id, command.token).await;
        }
        let new_token = self.new_token(command.token_change)?;
        let write = |work| self.read_and_write(work, &session, new_token.as_ref(), &command);
        if let Some(registered) = draft_first(&*self.ports.store, write).await? {
            return Ok(registered);
        }
        // The same session was registered by a concurrent request: that one's answer counts.
        match self.present(&command.token).await? {
            Presented::Succeeded(session, succession) => {
                self.answer_again(&session, &succession, &command).await
            }
            Presented::Live(session) => match session.state {
                SessionState::Registered(user_id) => {
                    self.registered_before(session, user_id, command.token).await
                }
                SessionState::Unregistered => Err(AuthenticateError::Unknown.into()),
            },
        }
    }

    /// Registers right behind a login on this instance, from what that put on record. `None` where
    /// there was no such login, where something of it was changed since, or where anything else is
    /// in the way: what is the matter is for the store to tell.
    async fn follow(&self, command: &RegisterCommand) -> Option<Registered> {
        let token_hash = self.ports.tokens.digest(command.token.expose());
        let login = self.ports.recent.take(&token_hash, self.ports.grace, self.ports.clock.now())?;
        let RecentLogin { session, identity, keys, .. } = login;
        let new_token = self.new_token(command.token_change).ok()?;
        let draft = self.ports.store.draft().await.ok()?;
        let known = Known { session: &session, identity, keys };
        self.write(draft, known, new_token.as_ref(), command).await.ok().flatten()
    }

    fn new_token(&self, change: TokenChange) -> Result<Option<Token>, RegisterError> {
        match change {
            TokenChange::Renew => Ok(Some(self.ports.tokens.mint()?)),
            TokenChange::Keep => Ok(None),
        }
    }

    async fn present(&self, token: &Token) -> Result<Presented, RegisterError> {
        let now = self.ports.clock.now();
        let token_hash = self.ports.tokens.digest(token.expose());
        let session = self.ports.store.sessions().find_by_token(&token_hash).await?;
        let session = session.ok_or(AuthenticateError::Unknown)?;
        if let Some(revocation) = session.revoked {
            let succession = session.succession.clone().filter(|_| is_repeatable(revocation, now));
            return match succession {
                Some(succession) => Ok(Presented::Succeeded(session, succession)),
                None => Err(AuthenticateError::Revoked(revocation).into()),
            };
        }
        if now >= session.expires_at() {
            return Err(AuthenticateError::Expired.into());
        }
        Ok(Presented::Live(session))
    }

    /// Verifies before it decrypts, and decrypts before anybody is made a user.
    fn prove(
        &self,
        keys: Vec<SealedKey>,
        session: &Session,
        command: &RegisterCommand,
    ) -> Result<Proof, RegisterError> {
        let ports = &self.ports;
        let now = ports.clock.now();
        let opening =
            Opening { keys, sealer: &*ports.sealer, open_data: &*ports.open_data, grace: ports.grace, now };
        let signed = command.signed.as_ref();
        let (fit, opened) = opening.open(&session.identity, signed, &command.payload)?;
        if !opened.is_fresh(ports.freshness, now) {
            return Err(RegisterError::NotFresh);
        }
        // The signed text is better than the ciphertext, which has no MAC and can be altered.
        let signed = signed.and_then(|signed| ports.open_data.profile_in(&signed.raw_data));
        Ok(Proof { fit, profile: signed.unwrap_or(opened.profile) })
    }

    /// Reads who registers, then [writes](Self::write).
    async fn read_and_write(
        &self,
        work: Box<dyn UnitOfWork>,
        session: &Session,
        new_token: Option<&Token>,
        command: &RegisterCommand,
    ) -> Result<Option<Registered>, RegisterError> {
        let identity = work.identities().hold(&session.identity).await?.ok_or(AuthenticateError::Unknown)?;
        let keys = work.key_rings().load(&session.identity).await?;
        self.write(work, Known { session, identity, keys }, new_token, command).await
    }

    /// Proves and writes the registration. `None` where a concurrent request registered the same
    /// session.
    async fn write(
        &self,
        work: Box<dyn UnitOfWork>,
        Known { session, identity, keys }: Known<'_>,
        new_token: Option<&Token>,
        command: &RegisterCommand,
    ) -> Result<Option<Registered>, RegisterError> {
        let now = self.ports.clock.now();
        let proof = self.prove(keys, session, command)?;
        let Enrolled { user, is_new } = self.enrol(&*work, &identity, &proof, command, now).await?;
        let token = new_token.unwrap_or(&command.token);
        let registered = match new_token {
            Some(token) => self.renew(&*work, session, user.id, token, &command.client, now).await?,
            None => keep(&*work, session, user.id).await?,
        };
        let Some(registered) = registered else { return Ok(None) };
        work.commit().await?;
        self.ports.cache.evict(&session.token_hash);
        let novelty = if is_new { Novelty::New } else { Novelty::Known };
        let fit = Some(proof.fit);
        Ok(Some(Registered { session: registered, token: token.clone(), user, novelty, fit }))
    }

    async fn enrol(
        &self,
        work: &dyn UnitOfWork,
        identity: &Identity,
        proof: &Proof,
        command: &RegisterCommand,
        now: Timestamp,
    ) -> Result<Enrolled, RegisterError> {
        if let Some(user_id) = identity.user_id {
            let user = admitted(work.users().find(user_id).await?)?;
            return Ok(Enrolled { user, is_new: false });
        }
        let app = self.ports.apps.get(&identity.id.app_id).ok_or(AuthenticateError::Unknown)?;
        let enrolment = Enrolment { work, ids: &*self.ports.ids, app, client: &command.client, now };
        let Enrolled { user, is_new } = enrolment.enrol(identity, proof.profile.clone()).await?;
        Ok(Enrolled { user: admitted(Some(user))?, is_new })
    }

    /// Puts a session with a new token in the place of the one that registers.
    async fn renew(
        &self,
        work: &dyn UnitOfWork,
        session: &Session,
        user: UserId,
        token: &Token,
        client: &ClientInfo,
        now: Timestamp,
    ) -> Result<Option<Session>, RegisterError> {
        let successor = self.ports.lifetime.open(
            SessionId::new(self.ports.ids.next(now)),
            self.ports.tokens.digest(token.expose()),
            session.identity.clone(),
            SessionState::Registered(user),
            client.clone(),
            now,
        );
        let sealed = self.ports.sealer.seal(token.expose().as_bytes(), &Succession::place(session.id))?;
        let succession = Succession { session_id: successor.id, token: sealed };
        if !work.sessions().succeed(session.id, now, &succession).await? {
            return Ok(None);
        }
        work.sessions().add(&successor).await?;
        Ok(Some(successor))
    }

    /// The answer that a registration got before, once more.
    async fn answer_again(
        &self,
        session: &Session,
        succession: &Succession,
        command: &RegisterCommand,
    ) -> Result<Registered, RegisterError> {
        let keys = self.ports.store.key_rings().load(&session.identity).await?;
        let Proof { fit, .. } = self.prove(keys, session, command)?;
        let place = Succession::place(session.id);
        let token = self.ports.sealer.open(&succession.token, &place)?;
        let token = std::str::from_utf8(&token).ok().and_then(|token| token.parse::<Token>().ok());
        let token = token.ok_or(SealError::Broken)?;
        match self.present(&token).await? {
            Presented::Live(successor) => {
                let user_id = successor.state.user_id().ok_or(AuthenticateError::Unknown)?;
                let again = self.registered_before(successor, user_id, token).await?;
                Ok(Registered { fit: Some(fit), ..again })
            }
            Presented::Succeeded(..) => Err(AuthenticateError::Unknown.into()),
        }
    }

    async fn registered_before(
        &self,
        session: Session,
        user_id: UserId,
        token: Token,
    ) -> Result<Registered, RegisterError> {
        let user = admitted(self.ports.store.users().find(user_id).await?)?;
        Ok(Registered { session, token, user, novelty: Novelty::Known, fit: None })
    }
}

/// Whether a registration that ended its session can still be repeated.
fn is_repeatable(revocation: Revocation, now: Timestamp) -> bool {
    revocation.reason == RevocationReason::Registered && now < revocation.at.plus(REPEATABLE_FOR)
}

/// Binds the session to the user in place.
async fn keep(
    work: &dyn UnitOfWork,
    session: &Session,
    user: UserId,
) -> Result<Option<Session>, RegisterError> {
    if !work.sessions().register_in_place(session.id, user).await? {
        return Ok(None);
    }
    Ok(Some(Session { state: SessionState::Registered(user), ..session.clone() }))
}

fn admitted(user: Option<User>) -> Result<User, RegisterError> {
    user.filter(|user| user.status == UserStatus::Active).ok_or(RegisterError::UserBlocked)
}
