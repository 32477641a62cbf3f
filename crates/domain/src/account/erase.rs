use super::account::{Account, AccountError, AccountPorts};
use crate::{
    client::Origin,
    event::EventKind,
    ids::UserId,
    key_ring::KeyRingChange,
    phone::PhoneChange,
    session::RevocationReason,
    user::{Profile, User, UserStatus},
};

/// Erases what is known of a user: profile, phone number, unionids, session keys. The row of the user stays, so
/// that nobody gets their id again, and their identities stay bound to it, so that they get nothing.
pub struct EraseUser {
    ports: AccountPorts,
}

impl EraseUser {
    /// Erases users with these ports.
    pub const fn new(ports: AccountPorts) -> Self {
        Self { ports }
    }

    /// Erases the user's data and ends all of their sessions, for good.
    pub async fn execute(&self, id: UserId, origin: &Origin) -> Result<(), AccountError> {
        let ended = self.ports.store.settle(|| async {
            let store = &*self.ports.store;
            let mut account = Account::read(store, id, origin).await?;
            let event = account.event(&*self.ports.ids, EventKind::UserErased, origin);
            let mut keys = Vec::new();
            for identity in &mut account.person.identities {
                identity.unionid = None;
                let record = store.identities().find(&identity.id).await?;
                keys.extend(record.into_iter().flat_map(|record| record.keys).map(|key| {
                    KeyRingChange::Remove { identity: identity.id.clone(), generation: key.generation }
                }));
            }
            let phone = store.phones().of_user(id).await?.map(PhoneChange::Unbind);
            let (profile, union) = (Profile::default(), None);
            let status = UserStatus::Erased;
            let user = User { status, profile, union, updated_at: origin.at, ..account.user.clone() };
            let closed = account.close(user, RevocationReason::Erased, origin);
            Ok::<_, AccountError>(closed.with(keys).with(phone).with(event))
        });
        self.ports.finish(ended.await?).await?;
        Ok(())
    }
}
