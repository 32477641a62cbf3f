use super::account::{Account, AccountCommand, AccountError, AccountPorts};
use crate::{event::EventKind, session::RevocationReason, session_key_check::ResetSessionKeys};

/// Logs a user out everywhere. They may log in again at once.
pub struct LogOutUser {
    ports: AccountPorts,
    reset: ResetSessionKeys,
}

impl LogOutUser {
    /// Logs users out with these ports, and resets their keys.
    pub const fn new(ports: AccountPorts, reset: ResetSessionKeys) -> Self {
        Self { ports, reset }
    }

    /// Ends all sessions of the user and has their keys reset at WeChat.
    pub async fn execute(&self, command: &AccountCommand) -> Result<(), AccountError> {
        let ended = self.ports.store.settle(|| async {
            let account = Account::read(&*self.ports.store, command).await?;
            let event = account.event(&*self.ports.ids, EventKind::AllSessionsRevoked, command);
            let ended = account.end_sessions(RevocationReason::EndedElsewhere, command.origin.at);
            Ok::<_, AccountError>(ended.with([event]))
        });
        let person = self.ports.finish(ended.await?).await?;
        self.reset.start(person.identities);
        Ok(())
    }
}
