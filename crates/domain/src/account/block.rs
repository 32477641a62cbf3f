use super::account::{Account, AccountError, AccountPorts};
use crate::{
    client::Origin,
    event::EventKind,
    ids::UserId,
    session::RevocationReason,
    session_key_check::ResetSessionKeys,
    store::{Attempt, Changes},
    user::{User, UserChange, UserStatus},
};

/// Blocks a user: they get nothing any more, on this instance at once, on any other within a second.
pub struct BlockUser {
    ports: AccountPorts,
    reset: ResetSessionKeys,
}

impl BlockUser {
    /// Blocks users with these ports, and resets their keys.
    pub const fn new(ports: AccountPorts, reset: ResetSessionKeys) -> Self {
        Self { ports, reset }
    }

    /// Blocks the user, ends all of their sessions and has their keys reset at WeChat. A user who is blocked
    /// already stays so.
    pub async fn execute(&self, id: UserId, origin: &Origin) -> Result<(), AccountError> {
        let ended = self.ports.store.settle(|| async {
            let account = Account::read(&*self.ports.store, id, origin).await?;
            let event = account.event(&*self.ports.ids, EventKind::UserBlocked, origin);
            let user = User { status: UserStatus::Blocked, updated_at: origin.at, ..account.user.clone() };
            Ok::<_, AccountError>(account.close(user, RevocationReason::Blocked, origin).with(event))
        });
        let person = self.ports.finish(ended.await?).await?;
        self.reset.start(person.identities);
        Ok(())
    }
}

/// Lifts a block. The user logs in again; no session comes back.
pub struct UnblockUser {
    ports: AccountPorts,
}

impl UnblockUser {
    /// Unblocks users with these ports.
    pub const fn new(ports: AccountPorts) -> Self {
        Self { ports }
    }

    /// Lets the user sign in again.
    pub async fn execute(&self, id: UserId, origin: &Origin) -> Result<(), AccountError> {
        let unblock = || async {
            let account = Account::read(&*self.ports.store, id, origin).await?;
            if account.user.status == UserStatus::Active {
                return Ok(Attempt::unchanged(()));
            }
            let event = account.event(&*self.ports.ids, EventKind::UserUnblocked, origin);
            let user = User { status: UserStatus::Active, updated_at: origin.at, ..account.user };
            let changes = Changes::from_iter([UserChange::Update(user)]);
            Ok(Attempt::new(changes, ()).with(event))
        };
        self.ports.store.settle(unblock).await
    }
}
