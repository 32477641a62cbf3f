//! Whether session_keys are alive, and their reset.

use std::time::Duration;

use crate::fixture::{APP, Fixture, OPENID, OTHER_APP, client, exchanged_with_union, identity, key};
use domain::{
    app::RegistrationMethod,
    recovery::{Recover, Recovery},
    session::{AuthenticateError, CheckSessionKeyError},
    session_key_check::{KeyState, MockSessionKeyCheck, ResetError},
    signature::Signer,
    wechat::{CallError, Trouble},
};
use support::PlainSigner;

/// Answers `state` to the signature of the key with these bytes, and `Stale` to any other.
fn knowing(current: u8) -> MockSessionKeyCheck {
    let mut check = MockSessionKeyCheck::new();
    check.expect_check().returning(move |id, signature| {
        assert_eq!(*id, identity(OPENID));
        let is_current = *signature == PlainSigner.sign(&key(current), b"");
        Ok(if is_current { KeyState::Live } else { KeyState::Stale })
    });
    check
}

#[tokio::test]
async fn the_newest_key_is_asked_about() {
    let fixture = Fixture::default();
    let first = fixture.log_in(OPENID, 1).await;
    let caller = fixture.caller(&first.token).await;
    assert_eq!(fixture.check_session_key(knowing(1)).execute(&caller).await.unwrap(), KeyState::Live);
    fixture.log_in(OPENID, 2).await;
    assert_eq!(fixture.check_session_key(knowing(2)).execute(&caller).await.unwrap(), KeyState::Live);
    assert_eq!(fixture.check_session_key(knowing(1)).execute(&caller).await.unwrap(), KeyState::Stale);
}

#[tokio::test]
async fn failures_of_the_call_are_told() {
    let fixture = Fixture::default();
    let login = fixture.log_in(OPENID, 1).await;
    let caller = fixture.caller(&login.token).await;
    for failure in [
        CallError::Unavailable(Trouble::TimedOut),
        CallError::RateLimited { retry_after: Duration::from_secs(7) },
    ] {
        let mut check = MockSessionKeyCheck::new();
        check.expect_check().return_once(move |_, _| Err(failure));
        let error = fixture.check_session_key(check).execute(&caller).await.unwrap_err();
        assert!(matches!(&error, CheckSessionKeyError::Call(call) if *call == failure), "{error:?}");
        assert_eq!((error.recover(), error.retry_after()), (Recover::Retry, failure.retry_after()));
    }
}

#[tokio::test]
async fn a_blocked_user_learns_nothing() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    let user = caller.state.user_id().unwrap();
    fixture.block_user().execute(&fixture.account_command(user)).await.unwrap();
    let error = fixture.check_session_key(MockSessionKeyCheck::new()).execute(&caller).await.unwrap_err();
    assert!(matches!(error, CheckSessionKeyError::Session(AuthenticateError::UserBlocked)), "{error:?}");
}

/// Resets each key once, and gives the next one: 100 more.
fn resetting(times: usize) -> MockSessionKeyCheck {
    let mut check = MockSessionKeyCheck::new();
    check.expect_reset().times(times).returning(|id, signature| {
        let old = if id.app_id.as_str() == APP { 1 } else { 2 };
        assert_eq!(*signature, PlainSigner.sign(&key(old), b""));
        Ok(key(old + 100))
    });
    check
}

/// Waits for the background to put a key on the ring.
async fn newest_generation(fixture: &Fixture, app: &str, number: u32) {
    let id = domain::identity::IdentityId { app_id: app.parse().unwrap(), ..identity(OPENID) };
    loop {
        let record = fixture.store().identities().find(&id).await.unwrap().unwrap();
        if record.keys[0].generation.number() == number {
            assert_eq!(record.keys[0].superseded_at, None);
            assert!(record.keys[1].superseded_at.is_some());
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn logging_out_everywhere_resets_the_keys_of_every_app() {
    let fixture = Fixture::with_two_apps(RegistrationMethod::Silent);
    let here = fixture.log_in_at(APP, exchanged_with_union(OPENID, 1, "oUnion")).await;
    fixture.log_in_at(OTHER_APP, exchanged_with_union(OPENID, 2, "oUnion")).await;
    let caller = fixture.caller(&here.token).await;
    fixture.end_all_sessions_with(resetting(2)).execute(&caller, &client()).await.unwrap();
    newest_generation(&fixture, APP, 2).await;
    newest_generation(&fixture, OTHER_APP, 2).await;
    let next = fixture.log_in_at(APP, exchanged_with_union(OPENID, 101, "oUnion")).await;
    let caller = fixture.caller(&next.token).await;
    assert_eq!(fixture.check_session_key(knowing(101)).execute(&caller).await.unwrap(), KeyState::Live);
    newest_generation(&fixture, APP, 2).await;
}

#[tokio::test]
async fn a_block_resets_the_keys_of_every_app() {
    let fixture = Fixture::with_two_apps(RegistrationMethod::Silent);
    let here = fixture.log_in_at(APP, exchanged_with_union(OPENID, 1, "oUnion")).await;
    fixture.log_in_at(OTHER_APP, exchanged_with_union(OPENID, 2, "oUnion")).await;
    let user = here.session.state.user_id().unwrap();
    fixture.block_user_with(resetting(2)).execute(&fixture.account_command(user)).await.unwrap();
    newest_generation(&fixture, APP, 2).await;
    newest_generation(&fixture, OTHER_APP, 2).await;
}

#[tokio::test]
async fn a_failed_reset_leaves_the_logout_as_it_is() {
    for failure in [ResetError::Stale, CallError::Unavailable(Trouble::TimedOut).into()] {
        let fixture = Fixture::default();
        let (token, caller) = fixture.registered().await;
        let mut check = MockSessionKeyCheck::new();
        check.expect_reset().return_once(move |_, _| Err(failure));
        fixture.end_all_sessions_with(check).execute(&caller, &client()).await.unwrap();
        let error = fixture.refusal(&token).await;
        assert!(matches!(error, AuthenticateError::Revoked(_)), "{error:?}");
    }
}
