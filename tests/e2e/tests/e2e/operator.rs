//! An instance in the test process: the changes to accounts, and what is on record.

use std::{fmt::Debug, sync::Arc};

use async_trait::async_trait;
use crypto::{HmacSigner, OsIds, OsTokens};
use domain::{
    account::{AccountCommand, AccountError, AccountPorts, BlockUser, EraseUser, UnblockUser},
    client::{ClientInfo, Origin},
    event::Actor,
    ids::IdentityId,
    key_ring::SessionKey,
    session::{Presented, SessionCache, Token, Tokens},
    session_key_check::{KeyState, ResetError, ResetPorts, ResetSessionKeys, SessionKeyCheck},
    signature::Signature,
    store::Store,
    time::{Clock, Timestamp},
    wechat::{CallError, Trouble},
};
use e2e::Fixture;
use persistence::{Database, DatabaseConfig};
use server::clock::SystemClock;
use support::{PlainSealer, TokioTasks};

/// An operator with an instance of their own on the database of the servers.
pub(crate) struct Operator {
    ports: AccountPorts,
}

impl Operator {
    pub(crate) async fn connect(fixture: &Fixture) -> Self {
        let config = DatabaseConfig::new(fixture.database.url());
        let database = Database::connect(&config).await.expect("the database is migrated");
        Self {
            ports: AccountPorts {
                store: Arc::new(database),
                ids: Arc::new(OsIds::try_new().expect("there is randomness")),
                cache: Arc::new(SessionCache::new(0)),
            },
        }
    }

    pub(crate) fn store(&self) -> &dyn Store {
        &*self.ports.store
    }

    pub(crate) async fn block(&self, user_id: &str) {
        let reset = ResetSessionKeys::new(ResetPorts {
            store: self.ports.store.clone(),
            check: Arc::new(NoWeChat),
            signer: Arc::new(HmacSigner),
            // It opens no key of the servers: none is reset from here.
            sealer: Arc::new(PlainSealer),
            clock: Arc::new(SystemClock),
            tasks: Arc::new(TokioTasks),
        });
        let block = BlockUser::new(self.ports.clone(), reset);
        let blocked = block.execute(&command(user_id)).await;
        blocked.expect("the user is on record");
    }

    pub(crate) async fn unblock(&self, user_id: &str) -> Result<(), AccountError> {
        UnblockUser::new(self.ports.clone()).execute(&command(user_id)).await
    }

    pub(crate) async fn erase(&self, user_id: &str) {
        let erased = EraseUser::new(self.ports.clone()).execute(&command(user_id)).await;
        erased.expect("the user is on record");
    }

    /// The session with this token, and its identity.
    pub(crate) async fn presented(&self, token: &str) -> Presented {
        let token: Token = parse(token);
        let presented = self.store().sessions().presented(&OsTokens.digest(token.expose())).await;
        presented.expect("the database responds").expect("the session is on record")
    }
}

/// A WeChat that cannot be reached.
struct NoWeChat;

const UNREACHABLE: CallError = CallError::Unavailable(Trouble::Unreachable);

#[async_trait]
impl SessionKeyCheck for NoWeChat {
    async fn check(&self, _: &IdentityId, _: &Signature) -> Result<KeyState, CallError> {
        Err(UNREACHABLE)
    }

    async fn reset(&self, _: &IdentityId, _: &Signature) -> Result<SessionKey, ResetError> {
        Err(UNREACHABLE.into())
    }
}

pub(crate) fn now() -> Timestamp {
    SystemClock.now()
}

fn command(user_id: &str) -> AccountCommand {
    let origin = Origin { at: now(), client: ClientInfo::default() };
    AccountCommand { user: parse(user_id), by: Actor::Shell, origin }
}

fn parse<T: std::str::FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().expect("the server returns valid tokens and ids")
}
