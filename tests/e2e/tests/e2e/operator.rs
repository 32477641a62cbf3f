//! An instance in the test process: the changes to accounts, and what is on record.

use std::{fmt::Debug, sync::Arc};

use crypto::{OsIds, OsTokens};
use domain::{
    account::{AccountError, AccountPorts, BlockUser, EraseUser, UnblockUser},
    client::{ClientInfo, Origin},
    session::{Presented, SessionCache, Token, Tokens},
    store::Store,
    time::{Clock, Timestamp},
};
use e2e::Fixture;
use persistence::{Database, DatabaseConfig};
use server::clock::SystemClock;

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
        let blocked = BlockUser::new(self.ports.clone()).execute(parse(user_id), &origin()).await;
        blocked.expect("the user is on record");
    }

    pub(crate) async fn unblock(&self, user_id: &str) -> Result<(), AccountError> {
        UnblockUser::new(self.ports.clone()).execute(parse(user_id), &origin()).await
    }

    pub(crate) async fn erase(&self, user_id: &str) {
        let erased = EraseUser::new(self.ports.clone()).execute(parse(user_id), &origin()).await;
        erased.expect("the user is on record");
    }

    /// The session with this token, and its identity.
    pub(crate) async fn presented(&self, token: &str) -> Presented {
        let token: Token = parse(token);
        let presented = self.store().sessions().presented(&OsTokens.digest(token.expose())).await;
        presented.expect("the database responds").expect("the session is on record")
    }
}

pub(crate) fn now() -> Timestamp {
    SystemClock.now()
}

fn origin() -> Origin {
    Origin { at: now(), client: ClientInfo::default() }
}

fn parse<T: std::str::FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().expect("the server returns valid tokens and ids")
}
