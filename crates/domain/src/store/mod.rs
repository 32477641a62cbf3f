//! The store: what is on record, and the one way to change it.
//!
//! A use case reads, decides and commits, in that order. What it decided is a list of [`Changes`],
//! each with the guard it was decided on. Where somebody changed that meanwhile, the commit is a
//! [`Committed::Conflict`], and the use case reads and decides again: see [`settle`](Store::settle).

mod changes;
mod settle;

use async_trait::async_trait;

pub use changes::{Change, Changes};
pub use settle::Attempt;

pub use crate::store_error::StoreError;
use crate::{
    event::Events, identity::Identities, key_ring::KeyRings, login::LoginAttempts, session::Sessions,
    user::Users,
};

/// How a commit ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// All of it was done, and lasts.
    Done,
    /// Nothing of it was done: something that it was decided on had changed.
    Conflict,
}

/// What is on record: each feature's finders, and its upkeep in bulk. Every call is a transaction of
/// its own.
pub trait Repositories: Send + Sync {
    /// People who registered.
    fn users(&self) -> &dyn Users;
    /// Who WeChat says they are.
    fn identities(&self) -> &dyn Identities;
    /// The session keys of each identity.
    fn key_rings(&self) -> &dyn KeyRings;
    /// Who is logged in.
    fn sessions(&self) -> &dyn Sessions;
    /// Which codes are being or were exchanged.
    fn login_attempts(&self) -> &dyn LoginAttempts;
    /// What happened.
    fn events(&self) -> &dyn Events;
}

/// What is on record, and the one way to change it.
#[async_trait]
pub trait Store: Send + Sync {
    /// What is on record.
    fn repositories(&self) -> &dyn Repositories;

    /// Does all of `changes`, or none of it.
    async fn commit(&self, changes: Changes) -> Result<Committed, StoreError>;

    /// Returns once the store has answered.
    async fn ping(&self) -> Result<(), StoreError>;
}

macro_rules! finders {
    ($($name:ident: $port:ident,)+) => {
        impl dyn Store + '_ {
            $(
                #[doc = concat!("The repository [`", stringify!($port), "`].")]
                pub fn $name(&self) -> &dyn $port {
                    self.repositories().$name()
                }
            )+
        }
    };
}

finders! {
    users: Users,
    identities: Identities,
    key_rings: KeyRings,
    sessions: Sessions,
    login_attempts: LoginAttempts,
    events: Events,
}
