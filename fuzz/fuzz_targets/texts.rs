//! Reads an arbitrary text as every type of text that the domain has: whatever is accepted is kept as it came, within
//! the limits that its error names, and a secret is not in its `Debug`.
#![no_main]

use std::{fmt, str::FromStr};

use domain::{
    access_token::AccessToken,
    app::{AppId, AppKey, AppSecret, OfferId, OpenPlatform},
    assertion::{Audience, Issuer},
    diagnosis::{Cause, FailureCode, RequestId},
    encrypted_channel::ChannelSecret,
    event::{Actor, EventDetail, OperatorName},
    identity::{OpenId, Pseudonym, UnionId},
    ids::{SessionId, UserId},
    lease::LeaseName,
    login::LoginCode,
    one_time_code::IdempotencyKey,
    operator::{Password, PasswordHash, TotpCode},
    people::{PeopleQuery, mask},
    phone::PhoneCode,
    push::{PushAesKey, PushEvent, PushToken},
    sealing::MasterKeyId,
    service::{ServiceId, ServiceSecret},
    signature::{PagePath, Signature},
    user::{AvatarUrl, Nickname, NicknameKey, ProfileText},
    verification::Unregistered,
    webhook::{DeliveryId, WebhookName, WebhookOutcome, WebhookSecret, WebhookUrl},
    wechat::Rid,
};
use http_api::ProxyNetwork;
use libfuzzer_sys::fuzz_target;

/// Asserts that each type keeps the text, in at most so many bytes, without a control character.
macro_rules! kept {
    ($text:ident: $($name:ident <= $longest:literal),+ $(,)?) => {
        $(if let Ok(kept) = $text.parse::<$name>() {
            assert_line($text, $longest);
            assert_eq!(kept.as_str(), $text);
            assert_eq!(kept.to_string(), $text);
            assert_eq!($name::try_from($text.to_owned()), Ok(kept));
        })+
    };
}

/// The same for secrets, which must not be in their `Debug`.
macro_rules! secret {
    ($text:ident: $($name:ident <= $longest:literal),+ $(,)?) => {
        $(if let Ok(kept) = $text.parse::<$name>() {
            assert_line($text, $longest);
            assert_eq!(kept.expose(), $text);
            assert_eq!(format!("{kept:?}"), concat!(stringify!($name), "(…)"));
        })+
    };
}

/// Asserts that each name which is read is written as it was read.
macro_rules! named {
    ($text:ident: $($name:ident),+ $(,)?) => {
        $(if let Ok(read) = $text.parse::<$name>() {
            assert_eq!(read.to_string(), $text);
        })+
    };
}

fuzz_target!(|text: &str| {
    kept!(text:
        AppId <= 64, OpenPlatform <= 64, OfferId <= 64, Issuer <= 255, Audience <= 64, RequestId <= 64,
        FailureCode <= 64, Cause <= 2000, OperatorName <= 64, EventDetail <= 128, OpenId <= 128, UnionId <= 128,
        PasswordHash <= 255, PushEvent <= 64, MasterKeyId <= 32, ServiceId <= 64, PagePath <= 1024, Nickname <= 256,
        ProfileText <= 256, AvatarUrl <= 1024, WebhookName <= 64, WebhookUrl <= 2048, Rid <= 64,
    );
    secret!(text:
        AccessToken <= 1024, AppKey <= 128, AppSecret <= 128, ChannelSecret <= 64, LoginCode <= 128,
        IdempotencyKey <= 128, Password <= 128, TotpCode <= 6, PhoneCode <= 128, PushToken <= 32,
        ServiceSecret <= 256, Signature <= 64,
    );
    names(text);
    again(text);
    people(text);
});

/// What the store writes and reads.
fn names(text: &str) {
    named!(text: Pseudonym, LeaseName);
    if let Ok(actor) = text.parse::<Actor>() {
        assert_eq!(actor.name().as_deref(), Some(text));
    }
    if let Ok(outcome) = WebhookOutcome::read(text) {
        assert_eq!(WebhookOutcome::read(&outcome.name()), Ok(outcome));
    }
    let _ = text.parse::<Unregistered>();
}

/// What is written in one form whichever it was read in.
fn again(text: &str) {
    is_read_again::<UserId>(text);
    is_read_again::<SessionId>(text);
    is_read_again::<DeliveryId>(text);
    is_read_again::<ProxyNetwork>(text);
    if let Ok(key) = text.parse::<PushAesKey>() {
        assert_eq!(key.expose_text().parse(), Ok(key.clone()));
        assert!(!format!("{key:?}").contains(text));
    }
    if let Ok(secret) = text.parse::<WebhookSecret>() {
        assert!((24..=64).contains(&secret.expose_bytes().len()), "{text}");
        assert!(!format!("{secret:?}").contains(text));
    }
}

/// What operators type, and what they see.
fn people(text: &str) {
    let _ = PeopleQuery::read(text);
    let masked = mask(text);
    assert!(masked == "…" || masked.chars().count() == 9, "{masked}");
    for kept in [Nickname::kept(text).as_str(), ProfileText::kept(text).as_str()] {
        assert!(kept.parse::<Nickname>().is_ok(), "{kept}");
    }
    // The index of nicknames has no letter of two cases, and is made of what it is compared with.
    let key = NicknameKey::of(text);
    assert_eq!(NicknameKey::of(key.as_str()), key);
}

fn is_read_again<T: FromStr<Err: fmt::Debug> + fmt::Display + PartialEq + fmt::Debug>(text: &str) {
    if let Ok(read) = text.parse::<T>() {
        assert_eq!(read.to_string().parse::<T>().unwrap(), read);
    }
}

fn assert_line(text: &str, longest: usize) {
    assert!(text.len() <= longest && !text.chars().any(char::is_control), "{text}");
}
