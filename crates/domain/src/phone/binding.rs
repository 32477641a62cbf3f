use super::{BlindIndex, Phone, PhoneChange, PhoneNumber};
use crate::{
    client::Origin,
    event::{Event, EventKind, Subject},
    ids::{EventId, Ids, UserId},
    sealing::{SealError, Sealer},
    session::Digest,
    store::{Changes, Store},
    store_error::StoreError,
};

/// Where the binding of a number reads, and the request that it is for.
pub(crate) struct Bindings<'a> {
    pub(crate) store: &'a dyn Store,
    pub(crate) index: &'a dyn BlindIndex,
    pub(crate) sealer: &'a dyn Sealer,
    pub(crate) ids: &'a dyn Ids,
    pub(crate) origin: &'a Origin,
}

impl<'a> Bindings<'a> {
    /// Reads whose the number is. This comes before the identity is read: the commit that gives a stranger
    /// their number also makes them a user, and who sees the number has to see that the user is theirs.
    pub(crate) async fn read_holder(&self, number: &'a PhoneNumber) -> Result<Binding<'a>, StoreError> {
        let Self { store, index, sealer, ids, origin } = *self;
        let blind_index = index.index_of(number);
        let holder = store.phones().find_by_index(&blind_index).await?;
        let event_id = EventId::mint(ids, origin.at);
        Ok(Binding { number, sealer, origin, blind_index, holder, current: None, event_id })
    }
}

/// A number that is to become a user's, and what is on record about the two.
pub(crate) struct Binding<'a> {
    number: &'a PhoneNumber,
    sealer: &'a dyn Sealer,
    origin: &'a Origin,
    blind_index: Digest,
    /// Whose the number is.
    holder: Option<Phone>,
    /// The number that the user has.
    current: Option<Phone>,
    event_id: EventId,
}

/// A number that is a user's now.
pub(crate) struct Bound {
    pub(crate) phone: Phone,
    /// Whether it was not theirs before.
    pub(crate) is_new: bool,
}

/// Why a number was not bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BindingError {
    /// It is another user's.
    Taken,
    /// It could not be sealed.
    Seal(SealError),
}

impl Binding<'_> {
    /// The same binding, with the number that the user has now.
    pub(crate) async fn with_current(self, store: &dyn Store, user: UserId) -> Result<Self, StoreError> {
        Ok(Self { current: store.phones().of_user(user).await?, ..self })
    }

    /// The user who has the number.
    pub(crate) fn holder(&self) -> Option<UserId> {
        self.holder.as_ref().map(|holder| holder.user_id)
    }

    /// Binds the number to `user`, in the place of another that they have.
    pub(crate) fn bind_to(
        &self,
        user: UserId,
        subject: Subject,
        changes: &mut Changes,
    ) -> Result<Bound, BindingError> {
        match &self.holder {
            Some(holder) if holder.user_id == user => {
                return Ok(Bound { phone: holder.clone(), is_new: false });
            }
            Some(_) => return Err(BindingError::Taken),
            None => {}
        }
        let phone = Phone::seal(self.sealer, user, self.number, self.blind_index, self.origin.at);
        let phone = phone.map_err(BindingError::Seal)?;
        changes.push(match &self.current {
            Some(seen) => PhoneChange::Replace { seen: seen.clone(), next: phone.clone() },
            None => PhoneChange::Bind(phone.clone()),
        });
        let subject = Subject { user_id: Some(user), ..subject };
        changes.push(Event::new(self.event_id, EventKind::PhoneBound, subject, self.origin));
        Ok(Bound { phone, is_new: true })
    }
}

#[cfg(test)]
impl<'a> Binding<'a> {
    /// A binding that found `holder` and `current`.
    pub(crate) fn found(
        number: &'a PhoneNumber,
        (holder, current): (Option<Phone>, Option<Phone>),
        sealer: &'a dyn Sealer,
        origin: &'a Origin,
    ) -> Self {
        let blind_index = Digest::new([9; 32]);
        Self { number, sealer, origin, blind_index, holder, current, event_id: crate::samples::event_id() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        samples::{self, PlainSealer, names},
        user::UserStatus,
    };

    #[test]
    fn a_number_is_one_users() {
        let origin = samples::origin();
        let number = PhoneNumber::try_new("86", "13800138000").unwrap();
        let user = samples::user(UserStatus::Active).id;
        let other = UserId::new(uuid::Uuid::from_u128(77));
        let phone = |user| Phone::seal(&PlainSealer, user, &number, Digest::new([9; 32]), origin.at).unwrap();
        let bound: &[&str] = &["phone bind", "event phone_bound"];
        let replaced: &[&str] = &["phone replace", "event phone_bound"];
        // Whose the number is, whether the user has another one; what changes.
        let table = [
            (None, None, Ok(bound)),
            (None, Some(phone(user)), Ok(replaced)),
            (Some(phone(user)), Some(phone(user)), Ok(&[][..])),
            (Some(phone(other)), None, Err(BindingError::Taken)),
            (Some(phone(other)), Some(phone(user)), Err(BindingError::Taken)),
        ];
        for (holder, current, expected) in table {
            let mut changes = Changes::default();
            let binding = Binding::found(&number, (holder, current), &PlainSealer, &origin);
            let result = binding.bind_to(user, samples::session().subject(), &mut changes);
            match expected {
                Ok(expected) => {
                    let bound = result.unwrap_or_else(|error| panic!("{error:?}"));
                    assert_eq!(names(&changes), expected);
                    assert_eq!(bound.is_new, !expected.is_empty());
                    assert_eq!(bound.phone, phone(user));
                }
                Err(expected) => assert_eq!(result.err(), Some(expected)),
            }
        }
    }
}
