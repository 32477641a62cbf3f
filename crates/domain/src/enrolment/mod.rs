//! Enrolment: an identity is bound to a user.
//!
//! It joins the user who is the same person at another app of the Open Platform account, or else gets
//! a new one. Logins and registrations both enrol; the identity's version guards that it is bound
//! once, the user's version that no block or erasure overlooks it.

use crate::{
    app::App,
    client::Origin,
    event::{Event, EventKind, Subject},
    identity::Identity,
    ids::{EventId, Ids, UserId},
    store::{Changes, Store},
    store_error::StoreError,
    user::{Profile, Union, User, UserChange, UserStatus},
    version::Version,
};

/// Where enrolment reads, and the request that it is for.
pub(crate) struct Enrolling<'a> {
    pub(crate) store: &'a dyn Store,
    pub(crate) ids: &'a dyn Ids,
    pub(crate) app: &'a App,
    pub(crate) origin: &'a Origin,
}

impl<'a> Enrolling<'a> {
    /// Looks for the user who is the same person as `identity`, unless the identity's own `user` is
    /// known to be.
    pub(crate) async fn read(
        &self,
        identity: &Identity,
        user: Option<&User>,
    ) -> Result<Enrolment<'a>, StoreError> {
        let Self { store, ids, app, origin } = *self;
        let union = app.open_platform.clone().zip(identity.unionid.clone());
        let union = union.map(|(open_platform, unionid)| Union { open_platform, unionid });
        let same_person = match &union {
            Some(union) if user.is_none_or(|user| user.union.is_none()) => {
                store.users().find_by_union(union).await?
            }
            Some(_) | None => None,
        };
        let (user_id, event_id) = (UserId::mint(ids, origin.at), EventId::mint(ids, origin.at));
        Ok(Enrolment { origin, union, same_person, user_id, event_id })
    }
}

/// What was found out for enrolling an identity.
pub(crate) struct Enrolment<'a> {
    origin: &'a Origin,
    /// Who the identity is within the Open Platform account of its app, where that is known.
    union: Option<Union>,
    /// The user who is that person.
    same_person: Option<User>,
    /// The id of the user to be made, if one is.
    user_id: UserId,
    event_id: EventId,
}

impl Enrolment<'_> {
    /// The user who is the same person, where one was found.
    pub(crate) fn same_person(&self) -> Option<&User> {
        self.same_person.as_ref()
    }

    /// The same enrolment, with the user whom other grounds show to be the same person.
    pub(crate) fn with_same_person(self, user: Option<User>) -> Self {
        Self { same_person: self.same_person.or(user), ..self }
    }
}

/// The user that an identity is bound to.
pub(crate) struct Enrolled {
    pub(crate) user: User,
    /// Whether the user is a new one.
    pub(crate) is_new: bool,
}

impl Enrolment<'_> {
    /// Binds the identity to the user who is the same person, or else to a new one.
    pub(crate) fn enrol(&self, identity: &mut Identity, profile: Profile, changes: &mut Changes) -> Enrolled {
        if let Some(user) = self.join(identity, changes) {
            return Enrolled { user, is_new: false };
        }
        let user = User {
            id: self.user_id,
            status: UserStatus::Active,
            union: self.union.clone(),
            profile,
            version: Version::FIRST,
            created_at: self.origin.at,
            updated_at: self.origin.at,
        };
        changes.push(UserChange::Add(user.clone()));
        self.bind(identity, user.id, EventKind::Registered, changes);
        Enrolled { user, is_new: true }
    }

    /// Binds the identity to the user who is the same person at another app, if there is one.
    pub(crate) fn join(&self, identity: &mut Identity, changes: &mut Changes) -> Option<User> {
        let user = self.same_person.clone()?;
        changes.push(UserChange::Update(user.clone()));
        self.bind(identity, user.id, EventKind::Joined, changes);
        Some(user)
    }

    /// Records who a known user is across apps, once WeChat tells, unless another user is that person.
    pub(crate) fn record_union(&self, user: User, changes: &mut Changes) -> User {
        if user.union.is_some() || self.union.is_none() || self.same_person.is_some() {
            return user;
        }
        let user = User { union: self.union.clone(), ..user };
        changes.push(UserChange::Update(user.clone()));
        user
    }

    fn bind(&self, identity: &mut Identity, user: UserId, kind: EventKind, changes: &mut Changes) {
        identity.user_id = Some(user);
        let subject = Subject { user_id: Some(user), ..Subject::of(&identity.id) };
        changes.push(Event::new(self.event_id, kind, subject, self.origin));
    }
}

#[cfg(test)]
impl<'a> Enrolment<'a> {
    /// An enrolment that found `same_person`.
    pub(crate) fn found(same_person: Option<User>, origin: &'a Origin) -> Self {
        let id = uuid::Uuid::from_u128(9);
        let (user_id, event_id) = (UserId::new(id), EventId::new(id));
        Self { origin, union: None, same_person, user_id, event_id }
    }
}
