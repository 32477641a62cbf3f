use std::sync::Arc;

use super::seen::Seen;
use crate::{
    client::Origin,
    event::{Actor, Event, EventFilter, EventKind},
    identity::Identity,
    ids::{Ids, UserId},
    phone::BoundPhone,
    recovery::{Recover, Recovery},
    sealing::{SealError, Sealer},
    session::{PersonRecord, Session},
    store::Store,
    store_error::StoreError,
    user::User,
};

/// The most sessions that are shown.
const SESSIONS: u32 = 100;

/// The most events that are shown; the rest has pages of its own.
const EVENTS: u32 = 50;

/// An operator wants to see a person.
#[derive(Clone, Debug)]
pub struct ShowPersonCommand {
    /// The user.
    pub user: UserId,
    /// Who wants to see them.
    pub by: Actor,
    /// Whether what is masked is to be shown whole.
    pub shown: Shown,
    /// The request.
    pub origin: Origin,
}

/// How much of a person is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Phone number, openids and unionids with their middles left out.
    Masked,
    /// All of it; that is an event.
    Whole,
}

/// A person, as an operator sees them. What is to be masked is masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonDetails {
    /// The user.
    pub user: User,
    /// Their phone number.
    pub phone: Option<BoundPhone>,
    /// Who they are at each app.
    pub identities: Vec<Identity>,
    /// Their sessions, open and ended, newest first.
    pub sessions: Vec<Session>,
    /// What happened to them, newest first.
    pub events: Vec<Event>,
    /// How much of them is to be shown.
    pub shown: Shown,
}

/// Why a person is not shown.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ShowPersonError {
    /// There is no such user.
    #[error("there is no such user")]
    NotFound,
    /// The phone number at rest cannot be opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for ShowPersonError {
    fn recover(&self) -> Recover {
        match self {
            Self::NotFound => Recover::FixRequest,
            Self::Seal(_) => Recover::Operator,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Shows people to operators.
pub struct ShowPerson {
    store: Arc<dyn Store>,
    sealer: Arc<dyn Sealer>,
    ids: Arc<dyn Ids>,
}

impl ShowPerson {
    /// Shows who is in `store`.
    pub fn new(store: Arc<dyn Store>, sealer: Arc<dyn Sealer>, ids: Arc<dyn Ids>) -> Self {
        Self { store, sealer, ids }
    }

    /// The person. Where they are shown whole, that is on record before anything is returned.
    pub async fn execute(&self, command: &ShowPersonCommand) -> Result<PersonDetails, ShowPersonError> {
        let store = &*self.store;
        let user = store.users().find(command.user).await?.ok_or(ShowPersonError::NotFound)?;
        let record = PersonRecord::of_user(store, user.id).await?;
        if command.shown == Shown::Whole {
            let seen = Seen {
                kind: EventKind::PersonShown,
                user: &user,
                identities: &record.identities,
                by: &command.by,
                origin: &command.origin,
            };
            seen.record(store, &*self.ids).await?;
        }
        let phone = store.phones().of_user(user.id).await?;
        let phone = phone.map(|phone| phone.opened(&*self.sealer)).transpose()?;
        let sessions = store.sessions().all_of(&record.person(), SESSIONS).await?;
        let events = store.events().latest(&EventFilter::User(user.id), None, EVENTS).await?;
        let (identities, shown) = (record.identities, command.shown);
        Ok(PersonDetails { user, phone, identities, sessions, events, shown })
    }
}

/// An id with its middle left out: its first and its last four characters. Nothing of a short one.
pub fn mask(id: &str) -> String {
    let characters: Vec<_> = id.chars().collect();
    match &*characters {
        [first @ .., _, _, _, _] if first.len() >= 12 => {
            let last = &characters[characters.len() - 4..];
            first[..4].iter().chain(&['…']).chain(last).collect()
        }
        _ => "…".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_an_id_is_left_out() {
        for (id, masked) in [
            ("oX9bq4rVfXc1Jt2mYyZ0aBcDeFgH", "oX9b…eFgH"),
            ("0123456789abcdef", "0123…cdef"),
            ("0123456789abcde", "…"),
            ("o😀😀😀😀😀😀😀😀😀😀😀😀😀😀z", "o😀😀😀…😀😀😀z"),
            ("", "…"),
        ] {
            assert_eq!(mask(id), masked);
        }
    }
}
