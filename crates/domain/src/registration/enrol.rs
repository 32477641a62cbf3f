use crate::{
    app::App,
    event::{Event, EventId, EventKind},
    identity::{Binding, Identity},
    ids::Ids,
    profile::{Profile, Union, User, UserId, UserStatus},
    session::ClientInfo,
    store::{Insertion, StoreError, UnitOfWork},
    time::Timestamp,
};

/// Makes an identity a user, inside the unit of work that locked it.
pub(crate) struct Enrolment<'a> {
    pub(crate) work: &'a dyn UnitOfWork,
    pub(crate) ids: &'a dyn Ids,
    pub(crate) app: &'a App,
    pub(crate) client: &'a ClientInfo,
    pub(crate) now: Timestamp,
}

/// The user that an identity was bound to.
pub(crate) struct Enrolled {
    pub(crate) user: User,
    /// Whether the user is a new one.
    pub(crate) is_new: bool,
}

impl Enrolment<'_> {
    /// Binds the identity to the user who is the same person, or else to a new user.
    pub(crate) async fn enrol(&self, identity: &Identity, profile: Profile) -> Result<Enrolled, StoreError> {
        if let Some(user) = self.join(identity).await? {
            return Ok(Enrolled { user, is_new: false });
        }
        let user = User {
            id: UserId::new(self.ids.next(self.now)),
            status: UserStatus::Active,
            union: self.union_of(identity),
            profile,
            created_at: self.now,
            updated_at: self.now,
        };
        match self.work.users().add(&user).await? {
            Insertion::Added => {
                self.bind(identity, user.id, EventKind::Registered).await?;
                Ok(Enrolled { user, is_new: true })
            }
            // The same person registered at another app at this very moment.
            Insertion::Taken => match self.join(identity).await? {
                Some(user) => Ok(Enrolled { user, is_new: false }),
                None => Err(StoreError::passing(LostUnion)),
            },
        }
    }

    /// Binds the identity to the user who is the same person at another app of the Open Platform
    /// account, if there is one.
    pub(crate) async fn join(&self, identity: &Identity) -> Result<Option<User>, StoreError> {
        let Some(union) = self.union_of(identity) else { return Ok(None) };
        let Some(user) = self.work.users().find_by_union(&union).await? else { return Ok(None) };
        self.bind(identity, user.id, EventKind::Joined).await?;
        Ok(Some(user))
    }

    /// Remembers who a known user is across apps, once WeChat tells.
    pub(crate) async fn keep_union(&self, identity: &Identity, mut user: User) -> Result<User, StoreError> {
        if user.union.is_none()
            && let Some(union) = self.union_of(identity)
            && self.work.users().join_union(user.id, &union).await? == Insertion::Added
        {
            user.union = Some(union);
        }
        Ok(user)
    }

    fn union_of(&self, identity: &Identity) -> Option<Union> {
        let open_platform = self.app.open_platform.clone()?;
        let unionid = identity.unionid.clone()?;
        Some(Union { open_platform, unionid })
    }

    /// The identity is locked and had no user, so nobody else can have bound one.
    async fn bind(&self, identity: &Identity, user: UserId, kind: EventKind) -> Result<(), StoreError> {
        match self.work.identities().bind(&identity.id, user).await? {
            Binding::Bound => {}
            Binding::AlreadyBound => return Err(StoreError::passing(LostUnion)),
        }
        let event = Event {
            id: EventId::new(self.ids.next(self.now)),
            kind,
            identity: identity.id.clone(),
            user_id: Some(user),
            session_id: None,
            at: self.now,
            client: self.client.clone(),
        };
        self.work.events().append(&event).await
    }
}

/// Another unit of work was faster and is not visible in this one: the next attempt will see it.
#[derive(Debug, thiserror::Error)]
#[error("the same person was enrolled concurrently")]
struct LostUnion;
