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

macro_rules! repositories {
    ($($(#[$doc:meta])* $name:ident: $port:ident,)+) => {
        /// What is on record: each feature's finders, and its upkeep in bulk. Every call is a
        /// transaction of its own.
        pub trait Repositories: Send + Sync {
            $(
                $(#[$doc])*
                fn $name(&self) -> &dyn $port;
            )+
        }

        impl<T: $($port +)+> Repositories for T {
            $(
                fn $name(&self) -> &dyn $port {
                    self
                }
            )+
        }

        impl dyn Store + '_ {
            $(
                $(#[$doc])*
                pub fn $name(&self) -> &dyn $port {
                    self.repositories().$name()
                }
            )+
        }
    };
}

repositories! {
    /// People who registered.
    users: Users,
    /// Who WeChat says they are.
    identities: Identities,
    /// The session keys of each identity.
    key_rings: KeyRings,
    /// Who is logged in.
    sessions: Sessions,
    /// Which codes are being or were exchanged.
    login_attempts: LoginAttempts,
    /// What happened.
    events: Events,
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
