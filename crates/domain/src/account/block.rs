use super::account::{Account, AccountCommand, AccountError, AccountPorts};
use crate::{
    event::EventKind,
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
    pub async fn execute(&self, command: &AccountCommand) -> Result<(), AccountError> {
        let ended = self.ports.store.settle(|| async {
            let account = Account::read(&*self.ports.store, command).await?;
            let event = account.event(&*self.ports.ids, EventKind::UserBlocked, command);
            let at = command.origin.at;
            let user = User { status: UserStatus::Blocked, updated_at: at, ..account.user.clone() };
            let ended = account.end_sessions(RevocationReason::Blocked, at);
            Ok::<_, AccountError>(ended.with([UserChange::Update(user)]).with([event]))
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
    pub async fn execute(&self, command: &AccountCommand) -> Result<(), AccountError> {
        let unblock = || async {
            let account = Account::read(&*self.ports.store, command).await?;
            if account.user.status == UserStatus::Active {
                return Ok(Attempt::unchanged(()));
            }
            let event = account.event(&*self.ports.ids, EventKind::UserUnblocked, command);
            let user = User { status: UserStatus::Active, updated_at: command.origin.at, ..account.user };
            let changes = Changes::from_iter([UserChange::Update(user)]);
            Ok(Attempt::new(changes, ()).with([event]))
        };
        self.ports.store.settle(unblock).await
    }
}
