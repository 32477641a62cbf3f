//! Profiles and open data: what is shown, what may change it, and what is only decrypted.

use std::time::Duration;

use crate::fixture::{
    APP, FRESHNESS, Fixture, OPENID, START, client,
    collected::{payload, signed},
};
use domain::{
    key_ring::Fit,
    open_data::{DecryptOpenDataCommand, DecryptOpenDataError, OpenDataFault},
    profile::{
        ChangeProfileCommand, ChangeProfileError, GetUserError, RefreshProfileCommand, RefreshProfileError,
    },
    recovery::{Recover, Recovery},
    session::Caller,
    user::{Nickname, ProfileChange},
};

async fn unregistered(fixture: &Fixture) -> Caller {
    let login = fixture.log_in(OPENID, 1).await;
    fixture.caller(&login.token).await
}

#[tokio::test]
async fn an_unregistered_caller_has_no_user() {
    let fixture = Fixture::default();
    let caller = unregistered(&fixture).await;
    let error = fixture.get_user().execute(&caller).await.unwrap_err();
    assert!(matches!(error, GetUserError::NotRegistered), "{error:?}");
    assert_eq!(error.recover(), Recover::Register);
}

#[tokio::test]
async fn a_typed_in_profile_changes_only_what_was_typed() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    let change = ProfileChange {
        avatar_url: Some("https://example.com/a.png".parse().unwrap()),
        ..ProfileChange::default()
    };
    let command = ChangeProfileCommand { caller, change, client: client() };
    let user = fixture.change_profile().execute(command).await.unwrap();
    assert_eq!(user.profile.nickname.as_str(), "first");
    assert_eq!(user.profile.avatar_url.as_str(), "https://example.com/a.png");
    let shown = fixture.get_user().execute(&caller).await.unwrap();
    assert_eq!((shown.id, shown.profile), (user.id, user.profile));
}

#[tokio::test]
async fn a_profile_is_not_changed_before_registration() {
    let fixture = Fixture::default();
    let caller = unregistered(&fixture).await;
    let change = ProfileChange { nickname: Some(Nickname::kept("n")), ..ProfileChange::default() };
    let command = ChangeProfileCommand { caller, change, client: client() };
    let error = fixture.change_profile().execute(command).await.unwrap_err();
    assert!(matches!(error, ChangeProfileError::NotRegistered), "{error:?}");
}

#[tokio::test]
async fn a_profile_is_refreshed_from_signed_or_unsigned_data() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    for (signed, nickname) in [(Some(signed(1, "signed")), "signed"), (None, "encrypted")] {
        let payload = payload(1, APP, OPENID, START, "encrypted");
        let command = RefreshProfileCommand { caller, payload, signed, client: client() };
        let refreshed = fixture.refresh_profile().execute(command).await.unwrap();
        assert_eq!(refreshed.user.profile.nickname.as_str(), nickname);
    }
}

#[tokio::test]
async fn anonymous_open_data_does_not_overwrite_what_was_typed_in() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    let payload = payload(1, APP, OPENID, START, "微信用户");
    let command = RefreshProfileCommand { caller, payload, signed: None, client: client() };
    let refreshed = fixture.refresh_profile().execute(command).await.unwrap();
    assert_eq!(refreshed.user.profile.nickname.as_str(), "first");
}

#[tokio::test]
async fn a_refresh_needs_fresh_data_and_decryption_does_not() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    let old = START.minus(FRESHNESS.window() + Duration::from_secs(1));
    let payload = payload(1, APP, OPENID, old, "n");
    let command = RefreshProfileCommand { caller, payload: payload.clone(), signed: None, client: client() };
    let error = fixture.refresh_profile().execute(command).await.unwrap_err();
    assert!(matches!(error, RefreshProfileError::NotFresh), "{error:?}");
    fixture
        .decrypt_open_data()
        .execute(DecryptOpenDataCommand { caller, payload, signed: None })
        .await
        .unwrap();
}

#[tokio::test]
async fn unsigned_data_is_tried_under_every_key_newest_first() {
    let fixture = Fixture::default();
    fixture.log_in(OPENID, 1).await;
    fixture.log_in(OPENID, 2).await;
    let login = fixture.log_in(OPENID, 3).await;
    let caller = fixture.caller(&login.token).await;
    for key in 1..=3 {
        let payload = payload(key, APP, OPENID, START, "");
        let command = DecryptOpenDataCommand { caller, payload, signed: None };
        let decrypted = fixture.decrypt_open_data().execute(command).await.unwrap();
        let steps_back = match decrypted.fit {
            Fit::Current => 0,
            Fit::Superseded(steps) => steps,
        };
        assert_eq!(steps_back, usize::from(3 - key));
    }
}

#[tokio::test]
async fn open_data_of_somebody_else_is_refused() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    let payload = payload(1, APP, "oSomebodyElse", START, "");
    let command = DecryptOpenDataCommand { caller, payload, signed: None };
    let error = fixture.decrypt_open_data().execute(command).await.unwrap_err();
    assert!(matches!(error, DecryptOpenDataError::Undecryptable(OpenDataFault::OpenIdMismatch)), "{error:?}");
    assert_eq!(error.recover(), Recover::CollectAgain);
}
