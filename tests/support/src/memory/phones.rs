use async_trait::async_trait;
use domain::{
    phone::{Phone, PhoneChange, Phones},
    session::Digest,
    store::StoreError,
    user::UserId,
};

use super::{Conflict, MemoryStore, World, guard};

impl World {
    pub(super) fn change_phone(&mut self, change: &PhoneChange) -> Result<(), Conflict> {
        match change {
            PhoneChange::Bind(phone) => {
                guard(!self.phones.contains_key(&phone.user_id) && self.is_number_free(phone))?;
                self.phones.insert(phone.user_id, phone.clone());
            }
            PhoneChange::Replace { seen, next } => {
                let next = Phone { user_id: seen.user_id, ..next.clone() };
                guard(self.is_phone(seen) && self.is_number_free(&next))?;
                self.phones.insert(seen.user_id, next);
            }
            PhoneChange::Unbind(seen) => {
                guard(self.is_phone(seen))?;
                self.phones.remove(&seen.user_id);
            }
        }
        Ok(())
    }

    fn is_phone(&self, seen: &Phone) -> bool {
        let is_it = |phone: &Phone| phone.blind_index == seen.blind_index && phone.bound_at == seen.bound_at;
        self.phones.get(&seen.user_id).is_some_and(is_it)
    }

    fn by_blind_index(&self, blind_index: &Digest) -> Option<&Phone> {
        self.phones.values().find(|phone| phone.blind_index == *blind_index)
    }

    /// Whether no other user has the number.
    fn is_number_free(&self, phone: &Phone) -> bool {
        self.by_blind_index(&phone.blind_index).is_none_or(|holder| holder.user_id == phone.user_id)
    }
}

#[async_trait]
impl Phones for MemoryStore {
    async fn of_user(&self, user: UserId) -> Result<Option<Phone>, StoreError> {
        Ok(self.world().phones.get(&user).cloned())
    }

    async fn find_by_index(&self, blind_index: &Digest) -> Result<Option<Phone>, StoreError> {
        Ok(self.world().by_blind_index(blind_index).cloned())
    }
}
