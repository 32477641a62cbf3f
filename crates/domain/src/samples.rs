//! Samples for the tests of plain functions.

use std::time::Duration;

use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    app::{App, PhoneJoin, RegistrationMethod},
    client::{ClientInfo, Origin},
    event::EventChange,
    identity::{Identity, IdentityRecord},
    ids::{EventId, IdentityId, SessionId, UserId},
    sealing::{MasterKeyId, SealError, Sealed, SealedPlace, Sealer},
    session::{Digest, LoginRoute, NewSession, Session, SessionLifetime, SessionState},
    store::{Change, Changes},
    time::Timestamp,
    user::{Profile, User, UserStatus},
    version::Version,
};

const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

/// A request.
pub(crate) fn origin() -> Origin {
    Origin { at: NOW, client: ClientInfo::default() }
}

/// The id of an event.
pub(crate) fn event_id() -> EventId {
    EventId::new(Uuid::from_u128(3))
}

/// An app whose users may register in one way.
pub(crate) fn app(registration: RegistrationMethod) -> App {
    App {
        id: identity().id.app_id,
        registration: vec![registration],
        phone_join: PhoneJoin::Never,
        open_platform: None,
        offers: Vec::new(),
        push: None,
    }
}

/// An identity that is not bound.
pub(crate) fn identity() -> Identity {
    Identity {
        id: IdentityId { app_id: "wx0123456789abcdef".parse().unwrap(), openid: "oABC".parse().unwrap() },
        unionid: None,
        user_id: None,
        version: Version::FIRST,
        first_seen_at: NOW,
        last_seen_at: NOW,
    }
}

/// A user.
pub(crate) fn user(status: UserStatus) -> User {
    User {
        id: UserId::new(Uuid::from_u128(1)),
        status,
        union: None,
        profile: Profile::default(),
        version: Version::FIRST,
        created_at: NOW,
        updated_at: NOW,
    }
}

/// The identity, bound to the user.
pub(crate) fn record(status: UserStatus) -> IdentityRecord {
    let user = user(status);
    let identity = Identity { user_id: Some(user.id), ..identity() };
    IdentityRecord { identity, keys: Vec::new(), user: Some(user), unrevoked_sessions: 1 }
}

/// What a session to be opened is known by.
pub(crate) fn new_session() -> NewSession {
    let lifetime = SessionLifetime { idle: Duration::from_hours(1), absolute: Duration::from_hours(24) };
    let (id, token_hash) = (SessionId::new(Uuid::from_u128(2)), Digest::new([2; 32]));
    NewSession { id, token_hash, route: LoginRoute::Api, lifetime }
}

/// A session of the user that was just opened.
pub(crate) fn session() -> Session {
    let state = SessionState::Registered(user(UserStatus::Active).id);
    new_session().open(identity().id, state, &origin())
}

/// The name of each change: its feature and its kind, as in "user add".
pub(crate) fn names(changes: &Changes) -> Vec<String> {
    let name = |change: &Change| {
        if let Change::Event(EventChange::Add(event)) = change {
            return format!("event {}", event.kind.as_str());
        }
        let text = format!("{change:?}").to_lowercase();
        let words: Vec<_> = text.split(|letter: char| !letter.is_alphanumeric()).take(2).collect();
        words.join(" ")
    };
    changes.iter().map(name).collect()
}

/// Encrypts nothing.
pub(crate) struct PlainSealer;

impl Sealer for PlainSealer {
    fn seal(&self, secret: &[u8], _: &SealedPlace) -> Result<Sealed, SealError> {
        Ok(Sealed::new(secret.to_vec()))
    }

    fn open(&self, sealed: &Sealed, _: &SealedPlace) -> Result<Zeroizing<Vec<u8>>, SealError> {
        Ok(Zeroizing::new(sealed.as_bytes().to_vec()))
    }

    fn newest_key(&self) -> MasterKeyId {
        "plain".parse().unwrap()
    }

    fn keys(&self) -> Vec<MasterKeyId> {
        vec![self.newest_key()]
    }

    fn key_of(&self, _: &Sealed) -> Option<MasterKeyId> {
        Some(self.newest_key())
    }
}
