//! Conflicts: another request commits between a use case's reading and its commit. The use case reads
//! and decides again, and its outcome is as if it had come second.

mod account;
mod login;
mod profile;
mod registration;
mod repeated_login;
mod session;

use std::{future::Future, sync::Arc};

use crate::fixture::{Fixture, client};
use domain::session::Token;

impl Fixture {
    /// Has another instance do something before the next commit.
    fn before_next_commit<F>(&self, action: impl FnOnce(Self) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.store.before_next_commit(action(self.another_instance()));
    }

    /// The same before the commit after the next one.
    fn before_second_commit<F>(&self, action: impl FnOnce(Self) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (store, action) = (Arc::clone(&self.store), action(self.another_instance()));
        self.store.before_next_commit(async move { store.before_next_commit(action) });
    }

    /// Blocks the user of an identity.
    async fn block(&self, openid: &str) {
        let user = self.record(openid).await.identity.user_id.unwrap();
        self.block_user().execute(&self.account_command(user)).await.unwrap();
    }

    /// Erases the user of an identity.
    async fn erase(&self, openid: &str) {
        let user = self.record(openid).await.identity.user_id.unwrap();
        self.erase_user().execute(&self.account_command(user)).await.unwrap();
    }

    /// Logs out here.
    async fn log_out(&self, token: &Token) {
        let caller = self.caller(token).await;
        self.end_session().execute(&caller, &client()).await.unwrap();
    }

    /// Logs out everywhere.
    async fn log_out_everywhere(&self, token: &Token) {
        let caller = self.caller(token).await;
        self.end_all_sessions().execute(&caller, &client()).await.unwrap();
    }

    /// Registers, with data under the key 1, and returns the new token.
    async fn register_session(&self, token: &Token) -> Token {
        self.register().execute(self.registration(token, 1, "first")).await.unwrap().token
    }

    fn assert_conflicts(&self, count: u32) {
        assert_eq!(self.store.conflicts(), count, "conflicts");
    }
}
