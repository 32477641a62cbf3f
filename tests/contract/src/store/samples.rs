//! Rows to store: every field filled, with what is rare but allowed.

use std::net::IpAddr;

use domain::{
    event::{Actor, Event, EventKind, Subject},
    identity::{Identity, IdentityId},
    ids::EventId,
    key_ring::{Generation, SealedKey},
    one_time_code::{AttemptOutcome, CodeAttempt, CodeKey},
    phone::Phone,
    sealing::Sealed,
    session::{
        ClientInfo, Digest, LoginRoute, Revocation, RevocationReason, Session, SessionId, SessionState,
        Succession,
    },
    time::Timestamp,
    user::{Gender, Profile, Union, User, UserId, UserStatus},
    version::Version,
};
use uuid::Uuid;

/// The app of the samples.
pub(super) const HERE: &str = "wx0123456789abcdef";

/// Another app, whose id a database with the usual settings takes for that of the first.
pub(super) const ELSEWHERE: &str = "wx0123456789ABCDEF";

/// A moment so many milliseconds after some other one.
pub(super) const fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_766_000_000_123 + millis)
}

/// A small number, as milliseconds.
pub(super) fn millis(number: u64) -> i64 {
    i64::try_from(number).expect("a sample's number is small")
}

pub(super) const fn uuid(number: u64) -> Uuid {
    Uuid::from_u128(0x0197_f000_0000_7000_8000_0000_0000_0000 + number as u128)
}

pub(super) const fn user_id(number: u64) -> UserId {
    UserId::new(uuid(number))
}

pub(super) const fn session_id(number: u64) -> SessionId {
    SessionId::new(uuid(number))
}

pub(super) const fn digest(number: u64) -> Digest {
    let mut bytes = [0xA5; 32];
    let number = number.to_be_bytes();
    let mut index = 0;
    while index < number.len() {
        bytes[index] = number[index];
        index += 1;
    }
    Digest::new(bytes)
}

/// Bytes that are no text in any encoding.
pub(super) fn sealed(number: u8) -> Sealed {
    Sealed::new([&[number, 0, 0xFF, 0xFE, b'\'', b'\\', b'?', 0x80][..], &[number; 52]].concat())
}

/// A text of the domain.
pub(super) fn text<T: TryFrom<String>>(text: &str) -> T {
    T::try_from(text.to_owned()).ok().expect("a sample has the form of its type")
}

pub(super) fn id(openid: &str) -> IdentityId {
    IdentityId { app_id: text(HERE), openid: text(openid) }
}

/// The person with the same openid at the other app.
pub(super) fn elsewhere(openid: &str) -> IdentityId {
    IdentityId { app_id: text(ELSEWHERE), openid: text(openid) }
}

/// The same openid at both apps: two different people.
pub(super) fn at_both_apps(openid: &str) -> [IdentityId; 2] {
    [id(openid), elsewhere(openid)]
}

/// Somebody who was seen once and has not registered.
pub(super) fn stranger(id: IdentityId) -> Identity {
    Identity {
        id,
        unionid: None,
        user_id: None,
        version: Version::FIRST,
        first_seen_at: at(1),
        last_seen_at: at(1),
    }
}

pub(super) fn union(unionid: &str) -> Union {
    Union { open_platform: text("platform"), unionid: text(unionid) }
}

pub(super) fn profile() -> Profile {
    Profile {
        nickname: text("😀𠮷 '\"\\?;-- 阿\u{200d}👩\u{200d}🚀"),
        avatar_url: text("https://thirdwx.qlogo.cn/mmopen/vi_32/a?b=c%20d&e='"),
        gender: Gender::Female,
        language: text("zh_CN"),
        country: text("中国"),
        province: text("廣東 ẞ"),
        city: text("İstanbul\u{301}"),
    }
}

pub(super) fn user(number: u64) -> User {
    User {
        id: user_id(number),
        status: UserStatus::Active,
        union: None,
        profile: profile(),
        version: Version::FIRST,
        created_at: at(1),
        updated_at: at(2),
    }
}

pub(super) fn key(generation: u32) -> SealedKey {
    SealedKey {
        generation: Generation::new(generation),
        sealed: sealed(1),
        obtained_at: at(i64::from(generation)),
        superseded_at: None,
    }
}

pub(super) fn client() -> ClientInfo {
    let address: IpAddr = [0x2001, 0xdb8, 0, 0, 0, 0xffff, 0xc000, 0x0201].into();
    ClientInfo::new(Some(address), Some("Mozilla/5.0 'MicroMessenger' \\ \"?\" 😀"))
}

/// An unregistered session that lives for a second if it is not used, and for ten in any case.
pub(super) fn session(number: u64) -> Session {
    Session {
        id: session_id(number),
        token_hash: digest(number),
        identity: id("oSample"),
        state: SessionState::Unregistered,
        route: LoginRoute::Api,
        client: ClientInfo::default(),
        created_at: at(0),
        last_seen_at: at(0),
        idle_expires_at: at(1_000),
        absolute_expires_at: at(10_000),
        revoked: None,
        succession: None,
    }
}

/// The session of a user.
pub(super) fn session_of(user: u64, number: u64) -> Session {
    Session { state: SessionState::Registered(user_id(user)), ..session(number) }
}

/// A session with every field filled.
pub(super) fn full_session(number: u64) -> Session {
    Session {
        route: LoginRoute::Tutorial,
        client: client(),
        last_seen_at: at(5),
        revoked: Some(Revocation::new(at(9), RevocationReason::Registered)),
        succession: Some(succession(number + 1)),
        ..session_of(7, number)
    }
}

pub(super) fn succession(number: u64) -> Succession {
    Succession { session_id: session_id(number), token: sealed(2) }
}

/// A session's end at the given millisecond.
pub(super) const fn revocation(millis: i64) -> Revocation {
    Revocation::new(at(millis), RevocationReason::LoggedOut)
}

pub(super) fn attempt(number: u64) -> CodeAttempt {
    CodeAttempt {
        key: CodeKey { app_id: text(HERE), code_hash: digest(number) },
        idempotency_hash: digest(number + 1),
        openid: None,
        outcome: pending(10),
        expires_at: at(1_000),
    }
}

/// The attempt with the same code at the other app.
pub(super) fn attempt_elsewhere(number: u64) -> CodeAttempt {
    let attempt = attempt(number);
    CodeAttempt { key: CodeKey { app_id: text(ELSEWHERE), ..attempt.key }, ..attempt }
}

pub(super) const fn pending(until: i64) -> AttemptOutcome {
    AttemptOutcome::Pending { until: at(until) }
}

pub(super) fn exchanged(number: u64) -> AttemptOutcome {
    AttemptOutcome::Exchanged(sealed(number.to_be_bytes()[7]))
}

pub(super) fn phone(user: u64, number: u64) -> Phone {
    Phone { user_id: user_id(user), sealed: sealed(4), blind_index: digest(number), bound_at: at(6) }
}

pub(super) fn event(number: u64) -> Event {
    event_of(id("oSample"), number)
}

pub(super) fn event_of(identity: IdentityId, number: u64) -> Event {
    Event {
        id: EventId::new(uuid(number)),
        kind: EventKind::LoggedIn,
        subject: Subject {
            app_id: Some(identity.app_id),
            openid: Some(identity.openid),
            user_id: Some(user_id(7)),
            session_id: Some(session_id(8)),
        },
        at: at(3),
        client: client(),
        actor: Actor::Person,
        detail: None,
    }
}

/// Identifiers that a database with the usual settings takes for one another.
pub(super) const LOOKALIKES: [&str; 8] =
    ["oabc", "oAbc", "OABC", "oabc ", " oabc", "oábc", "oa\u{301}bc", "ｏａｂｃ"];
