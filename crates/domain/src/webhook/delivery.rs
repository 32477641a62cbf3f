use std::{fmt, str::FromStr};

use uuid::Uuid;

use super::{DeliveryChange, WebhookName, WebhookOutcome};
use crate::{
    event::{Event, Subject},
    identity::Pseudonyms,
    ids::{EventId, UserId},
    text::{InvalidText, named},
    time::Timestamp,
};

/// The number of a delivery. The store counts them, so that of two events about one user the later one has the higher
/// number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId(u64);

impl DeliveryId {
    /// The delivery with this number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for DeliveryId {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
        number.map(Self).ok_or(InvalidText::new("a whole number", "整数"))
    }
}

/// Deliveries with the same ordering key are sent one after another, in their order; others do not wait for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderingKey(Uuid);

impl OrderingKey {
    /// The key with this value.
    pub const fn new(value: Uuid) -> Self {
        Self(value)
    }

    /// Its value.
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }

    /// The key of what happened to `subject`: the user's, before the registration the person's, and one for all that
    /// happened to nobody.
    pub(super) fn of(subject: &Subject, pseudonyms: &dyn Pseudonyms) -> Self {
        let of_person = || subject.identity().map(|identity| pseudonyms.of(&identity).value());
        let user = subject.user_id.map(UserId::as_uuid);
        Self(user.unwrap_or_else(|| of_person().map_or(Uuid::nil(), |value| Uuid::from_u128(value.into()))))
    }
}

named! {
    /// What became of a delivery that its webhook has not taken.
    DeliveryState {
        /// It is sent once it is due.
        Waiting = "waiting",
        /// It was tried for a day, in vain.
        Undelivered = "undelivered",
    }
}

impl DeliveryState {
    /// The state of what is sent next at this moment.
    pub(super) const fn of(next_try_at: Option<Timestamp>) -> Self {
        match next_try_at {
            Some(_) => Self::Waiting,
            None => Self::Undelivered,
        }
    }
}

/// A delivery to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// To whom.
    pub webhook: WebhookName,
    /// Of what.
    pub event: EventId,
    /// Which deliveries it waits for.
    pub ordering_key: OrderingKey,
    /// When it is due.
    pub at: Timestamp,
}

/// An event that a webhook is to be told of, and that it has not taken yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its number.
    pub id: DeliveryId,
    /// To whom.
    pub webhook: WebhookName,
    /// Of what.
    pub event: Event,
    /// Which deliveries it waits for: those before it with the same key.
    pub ordering_key: OrderingKey,
    /// How often it was sent since it began to wait.
    pub tries: u32,
    /// When it was sent first since it began to wait.
    pub first_tried_at: Option<Timestamp>,
    /// When it is sent next; `None` where it is not.
    pub next_try_at: Option<Timestamp>,
    /// How the last try ended.
    pub outcome: Option<WebhookOutcome>,
}

impl Delivery {
    /// What became of it.
    pub const fn state(&self) -> DeliveryState {
        DeliveryState::of(self.next_try_at)
    }

    /// Lets it, and those that wait with the same key, be due at this moment.
    pub(super) fn schedule_all(&self, at: Timestamp) -> DeliveryChange {
        DeliveryChange::Schedule { webhook: self.webhook.clone(), ordering_key: self.ordering_key, at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        identity::{IdentityId, Pseudonym},
        ids::UserId,
    };

    #[test]
    fn a_number_is_read_as_it_is_written() {
        let id = DeliveryId::new(12);
        assert_eq!(id.to_string(), "12");
        assert_eq!("12".parse(), Ok(id));
        for text in ["", "+1", "-1", "1.0", "one", "99999999999999999999"] {
            assert!(text.parse::<DeliveryId>().is_err(), "{text}");
        }
    }

    struct LengthOfOpenid;

    impl Pseudonyms for LengthOfOpenid {
        fn of(&self, identity: &IdentityId) -> Pseudonym {
            Pseudonym::new(identity.openid.as_str().len() as u64)
        }
    }

    #[test]
    fn a_user_has_one_key_and_a_stranger_another() {
        let identity = IdentityId { app_id: "wx1".parse().unwrap(), openid: "o12".parse().unwrap() };
        let user = UserId::new(Uuid::from_u128(7));
        let key = |subject: &Subject| OrderingKey::of(subject, &LengthOfOpenid).as_uuid().as_u128();
        let stranger = Subject::of(&identity);
        assert_eq!(key(&stranger), 3);
        assert_eq!(key(&Subject { user_id: Some(user), ..stranger }), 7);
        assert_eq!(key(&Subject { user_id: Some(user), ..Subject::default() }), 7);
        assert_eq!(key(&Subject::default()), 0);
    }
}
