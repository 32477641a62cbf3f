//! What is on record while the console is measured: always the same, so that requests can name it.

use domain::event::EventKind;
use sea_orm::prelude::Uuid;

/// The nickname of three users in ten.
pub(super) const USUAL_NICKNAME: &str = "微信用户";

/// How the nickname of one user in ten begins.
pub(super) const SHARED_PREFIX: &str = "小明";

/// How the nicknames of six users in ten begin, a number after it.
const PREFIXES: [&str; 8] = ["Alex ", "王", "李", "Anna", "陈", "Bob", "刘", "欧阳"];

/// The user with many events and diagnoses.
pub(super) const BUSY: usize = 7;

/// How many events that user has.
const BUSY_EVENTS: usize = 10_000;

/// What happens once in a hundred thousand events.
pub(super) const RARE: EventKind = EventKind::UserErased;

/// What never happens.
pub(super) const ABSENT: EventKind = EventKind::OperatorDisabled;

/// When the last of it happened: far in the future, so that nothing is old enough to be removed.
pub(super) const END: i64 = 4_000_000_000_000;

pub(super) const DAY: i64 = 24 * 60 * 60 * 1_000;

/// How much is on record.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    pub(super) users: usize,
    pub(super) events: usize,
    pub(super) diagnoses: usize,
}

impl Scale {
    /// How many logged in and did not register; their numbers follow those of the users.
    pub(super) const fn strangers(self) -> usize {
        self.users / 10
    }

    /// When somebody logged in first.
    pub(super) fn seen_at(self, number: usize) -> i64 {
        spread(number % self.users, self.users, 730)
    }

    pub(super) fn event_at(self, event: usize) -> i64 {
        spread(event, self.events, 90)
    }

    pub(super) fn diagnosis_at(self, diagnosis: usize) -> i64 {
        spread(diagnosis, self.diagnoses, 7)
    }

    pub(super) fn user_id(self, user: usize) -> Uuid {
        minted(self.seen_at(user), user)
    }

    pub(super) fn session_id(self, session: usize) -> Uuid {
        minted(self.seen_at(session / 2), session)
    }

    pub(super) fn event_id(self, event: usize) -> Uuid {
        minted(self.event_at(event), event)
    }

    pub(super) fn diagnosis_id(self, diagnosis: usize) -> Uuid {
        minted(self.diagnosis_at(diagnosis), diagnosis)
    }

    /// The user whom the request with this number is for.
    pub(super) const fn user(self, turn: usize) -> usize {
        scattered(turn) % self.users
    }

    /// Whom an event is about.
    pub(super) fn user_of_event(self, event: usize) -> usize {
        if event.is_multiple_of((self.events / BUSY_EVENTS).max(1)) { BUSY } else { self.user(event) }
    }

    /// Whom a diagnosis is about.
    pub(super) fn user_of_diagnosis(self, diagnosis: usize) -> usize {
        if diagnosis.is_multiple_of(100) { BUSY } else { self.user(diagnosis) }
    }
}

/// Some number, always the same one.
pub(super) const fn scattered(number: usize) -> usize {
    let value = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// The time of one of `count` rows that are spread over the last `days`.
fn spread(number: usize, count: usize, days: i64) -> i64 {
    let later = i64::try_from(count - number).unwrap_or(i64::MAX);
    END - days * DAY / i64::try_from(count).unwrap_or(i64::MAX) * later
}

/// The id that a row with this number has, minted then.
fn minted(at: i64, number: usize) -> Uuid {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&at.to_be_bytes()[2..]);
    (bytes[6], bytes[7]) = (0x70, 0x80);
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    bytes[8] |= 0x80;
    Uuid::from_bytes(bytes)
}

pub(super) fn nickname(user: usize) -> String {
    match user % 10 {
        0..=2 => USUAL_NICKNAME.to_owned(),
        3 => format!("{SHARED_PREFIX}{user}"),
        _ => format!("{}{user}", PREFIXES[scattered(user) % PREFIXES.len()]),
    }
}

/// The second app's openid of a user.
pub(super) fn second_openid(user: usize) -> String {
    format!("oOther{user:022}")
}

pub(super) fn unionid(user: usize) -> String {
    format!("uBench{user:022}")
}

/// Whether a user gave a phone number: six in ten did.
pub(super) const fn has_phone(user: usize) -> bool {
    user % 5 < 3
}

pub(super) fn national_number(user: usize) -> String {
    format!("139{user:08}")
}

/// What logs call a user.
pub(super) fn pseudonym(user: usize) -> String {
    format!("{:016x}", scattered(user))
}

/// The request that a diagnosis is about.
pub(super) fn request_id(diagnosis: usize) -> String {
    format!("{:016x}", scattered(diagnosis))
}

/// WeChat's name for its answer to that request.
pub(super) fn rid(diagnosis: usize) -> String {
    format!("6a0e1f3c-{:016x}", scattered(diagnosis))
}

/// The kind of an event: seven in ten are logins.
pub(super) fn kind(event: usize) -> EventKind {
    if event % 100_000 == 50 {
        return RARE;
    }
    let kind = EventKind::ALL[scattered(event) % EventKind::ALL.len()];
    if event % 10 < 7 || [RARE, ABSENT].contains(&kind) { EventKind::LoggedIn } else { kind }
}
