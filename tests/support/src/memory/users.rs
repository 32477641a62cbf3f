use async_trait::async_trait;
use domain::{
    profile::{Profile, ProfileChange, Union, User, UserId, Users},
    store::{Insertion, StoreError},
    time::Timestamp,
};

use super::{Access, Memory, world::World};

impl World {
    fn by_union(&self, union: &Union) -> Option<&User> {
        self.users.values().find(|user| user.union.as_ref() == Some(union))
    }
}

#[async_trait]
impl<A: Access> Users for Memory<A> {
    async fn find(&self, id: UserId) -> Result<Option<User>, StoreError> {
        Ok(self.0.read(|world| world.users.get(&id).cloned()))
    }

    async fn find_by_union(&self, union: &Union) -> Result<Option<User>, StoreError> {
        Ok(self.0.read(|world| world.by_union(union).cloned()))
    }

    async fn add(&self, user: &User) -> Result<Insertion, StoreError> {
        let add = |world: &mut World| {
            let same_person = user.union.as_ref().and_then(|union| world.by_union(union));
            if same_person.is_some() || world.users.contains_key(&user.id) {
                return Insertion::Taken;
            }
            world.users.insert(user.id, user.clone());
            Insertion::Added
        };
        Ok(self.0.write(add).await)
    }

    async fn join_union(&self, id: UserId, union: &Union) -> Result<Insertion, StoreError> {
        let join = |world: &mut World| {
            if world.by_union(union).is_some() {
                return Insertion::Taken;
            }
            match world.users.get_mut(&id) {
                Some(user) if user.union.is_none() => {
                    user.union = Some(union.clone());
                    Insertion::Added
                }
                Some(_) | None => Insertion::Taken,
            }
        };
        Ok(self.0.write(join).await)
    }

    async fn change_profile(
        &self,
        id: UserId,
        change: &ProfileChange,
        at: Timestamp,
    ) -> Result<Option<User>, StoreError> {
        let write = |world: &mut World| {
            let user = world.users.get_mut(&id)?;
            apply(&mut user.profile, change.clone());
            user.updated_at = at;
            Some(user.clone())
        };
        Ok(self.0.write(write).await)
    }
}

fn apply(profile: &mut Profile, change: ProfileChange) {
    let ProfileChange { nickname, avatar_url, gender, language, country, province, city } = change;
    set(&mut profile.nickname, nickname);
    set(&mut profile.avatar_url, avatar_url);
    set(&mut profile.gender, gender);
    set(&mut profile.language, language);
    set(&mut profile.country, country);
    set(&mut profile.province, province);
    set(&mut profile.city, city);
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}
