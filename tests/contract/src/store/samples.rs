//! Rows to store: every field filled, with what is rare but allowed.

use std::net::IpAddr;

use domain::{
    event::{Event, EventId, EventKind},
    identity::IdentityId,
    key_ring::{Generation, SealedKey},
    login::{AttemptKey, AttemptOutcome, LoginAttempt},
    profile::{Gender, Profile, Union, User, UserId, UserStatus},
    sealing::Sealed,
    session::{
        ClientInfo, Digest, Revocation, RevocationReason, Session, SessionId, SessionState, Succession,
    },
    time::Timestamp,
};
use uuid::Uuid;

/// A moment so many milliseconds after some other one.
pub(super) const fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_766_000_000_123 + millis)
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

pub(super) fn identity(openid: &str) -> IdentityId {
    IdentityId { app_id: text("wx0123456789abcdef"), openid: text(openid) }
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
        identity: identity("oSample"),
        state: SessionState::Unregistered,
        client: ClientInfo::default(),
        created_at: at(0),
        last_seen_at: at(0),
        idle_expires_at: at(1_000),
        absolute_expires_at: at(10_000),
        revoked: None,
        succession: None,
    }
}

/// A session with every field filled.
pub(super) fn full_session(number: u64) -> Session {
    Session {
        state: SessionState::Registered(user_id(7)),
        client: client(),
        last_seen_at: at(5),
        revoked: Some(Revocation::new(at(9), RevocationReason::Registered)),
        succession: Some(succession(number + 1)),
        ..session(number)
    }
}

pub(super) fn succession(number: u64) -> Succession {
    Succession { session_id: session_id(number), token: sealed(2) }
}

pub(super) fn attempt(number: u64) -> LoginAttempt {
    LoginAttempt {
        key: AttemptKey { app_id: text("wx0123456789abcdef"), code_hash: digest(number) },
        idempotency_hash: digest(number + 1),
        outcome: pending(10),
        expires_at: at(1_000),
    }
}

pub(super) const fn pending(lease_until: i64) -> AttemptOutcome {
    AttemptOutcome::Pending { lease_until: at(lease_until) }
}

pub(super) fn logged_in(number: u64) -> AttemptOutcome {
    AttemptOutcome::LoggedIn { session_id: session_id(number), token: sealed(3) }
}

pub(super) fn event(number: u64) -> Event {
    Event {
        id: EventId::new(uuid(number)),
        kind: EventKind::LoggedIn,
        identity: identity("oSample"),
        user_id: Some(user_id(7)),
        session_id: Some(session_id(8)),
        at: at(3),
        client: client(),
    }
}

/// Identifiers that a database with the usual settings takes for one another.
pub(super) const LOOKALIKES: [&str; 8] =
    ["oabc", "oAbc", "OABC", "oabc ", " oabc", "oábc", "oa\u{301}bc", "ｏａｂｃ"];
