use async_trait::async_trait;
use domain::{
    store::StoreError,
    user::{NicknameKey, Union, User, UserChange, UserId, Users},
};

use super::{Conflict, MemoryStore, World, guard};

impl World {
    pub(super) fn change_user(&mut self, change: &UserChange) -> Result<(), Conflict> {
        match change {
            UserChange::Add(user) => {
                guard(!self.users.contains_key(&user.id) && self.is_union_free(user))?;
                self.users.insert(user.id, user.clone());
            }
            UserChange::Update(user) => {
                let on_record = self.users.get(&user.id).map(|user| user.version);
                guard(on_record == Some(user.version) && self.is_union_free(user))?;
                self.users.insert(user.id, User { version: user.version.next(), ..user.clone() });
            }
        }
        Ok(())
    }

    fn by_union(&self, union: &Union) -> Option<&User> {
        self.users.values().find(|user| user.union.as_ref() == Some(union))
    }

    /// Whether no other user is the same person within the Open Platform account.
    fn is_union_free(&self, user: &User) -> bool {
        let same_person = user.union.as_ref().and_then(|union| self.by_union(union));
        same_person.is_none_or(|same_person| same_person.id == user.id)
    }
}

#[async_trait]
impl Users for MemoryStore {
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError> {
        Ok(self.world().users.get(&id).cloned())
    }

    async fn find_by_union(&self, union: &Union) -> Result<Option<User>, StoreError> {
        Ok(self.world().by_union(union).cloned())
    }

    async fn find_by_nickname(
        &self,
        prefix: &NicknameKey,
        after: Option<&User>,
        limit: u32,
    ) -> Result<Vec<User>, StoreError> {
        let place = |user: &User| (NicknameKey::from(&user.profile.nickname), user.id);
        let begins = |user: &&User| place(user).0.as_str().starts_with(prefix.as_str());
        let comes_after = |user: &&User| after.is_none_or(|after| place(user) > place(after));
        let mut found: Vec<_> =
            self.world().users.values().filter(begins).filter(comes_after).cloned().collect();
        found.sort_by_key(place);
        found.truncate(limit as usize);
        Ok(found)
    }
}
