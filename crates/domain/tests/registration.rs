//! Registration: which data is taken, what becomes of user and token.

#![expect(clippy::unwrap_used, reason = "a step that fails ends the test")]

mod stage;

use std::{sync::Arc, time::Duration};

use domain::{
    event::EventKind,
    key_ring::{Fit, Generation},
    login::Standing,
    open_data::OpenDataFault,
    recovery::Recover,
    registration::{Novelty, RegisterCommand, RegisterError, TokenChange},
    session::{AuthenticateError, Revocation, RevocationReason, SessionState},
    store::Repositories,
};
use stage::{APP, FRESHNESS, GRACE, OPENID, Stage, identity, payload, signed};

const NICKNAME: &str = "小明😀𠮷";

#[tokio::test]
async fn an_unregistered_session_becomes_a_user_with_a_new_token() {
    let stage = Stage::default();
    let login = stage.log_in(OPENID, 1).await;
    let command = stage.registration(&login.token, 1, NICKNAME);
    let registered = stage.register().execute(command).await.unwrap();
    assert_eq!(registered.novelty, Novelty::New);
    assert_eq!(registered.fit, Some(Fit::Current));
    assert_eq!(registered.user.profile.nickname.as_str(), NICKNAME);
    assert_ne!(registered.token, login.token);

    let caller = stage.authenticate().execute(&registered.token).await.unwrap();
    assert_eq!(caller.state, SessionState::Registered(registered.user.id));
    let old = stage.authenticate().execute(&login.token).await.unwrap_err();
    let AuthenticateError::Revoked(revocation) = old else { panic!("{old:?}") };
    assert_eq!(revocation.reason, RevocationReason::Registered);

    let again = stage.log_in(OPENID, 1).await;
    let Standing::Registered(user) = again.standing else { panic!("not known") };
    assert_eq!(*user, registered.user);
}

#[tokio::test]
async fn registration_is_on_record() {
    let stage = Stage::default();
    let login = stage.log_in(OPENID, 1).await;
    stage.register().execute(stage.registration(&login.token, 1, NICKNAME)).await.unwrap();
    let events = stage.store.events().latest(&identity(OPENID), 10).await.unwrap();
    let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Registered, EventKind::LoggedIn]);
}

#[tokio::test]
async fn data_under_the_previous_key_registers_inside_the_grace_window() {
    let stage = Stage::default();
    stage.log_in(OPENID, 1).await;
    let login = stage.log_in(OPENID, 2).await;
    stage.clock.advance(GRACE.window().saturating_sub(Duration::from_millis(1)));
    let command = stage.registration(&login.token, 1, NICKNAME);
    let registered = stage.register().execute(command).await.unwrap();
    assert_eq!(registered.fit, Some(Fit::Superseded(1)));
}

#[tokio::test]
async fn the_previous_key_is_dead_after_the_grace_window() {
    let stage = Stage::default();
    stage.log_in(OPENID, 1).await;
    let login = stage.log_in(OPENID, 2).await;
    stage.clock.advance(GRACE.window());
    let command = stage.registration(&login.token, 1, NICKNAME);
    let error = stage.register().execute(command).await.unwrap_err();
    assert!(matches!(error, RegisterError::SignatureMismatch));
}

#[tokio::test]
async fn the_order_trap_is_left_by_collecting_again() {
    let stage = Stage::default();
    let login = stage.log_in(OPENID, 2).await;
    // Collected under a key that this server never held.
    let error = stage.register().execute(stage.registration(&login.token, 9, NICKNAME)).await.unwrap_err();
    assert!(matches!(error, RegisterError::SignatureMismatch));
    assert_eq!(error.recover(), Recover::CollectAgain);
    // The session is still good.
    stage.register().execute(stage.registration(&login.token, 2, NICKNAME)).await.unwrap();
}

#[tokio::test]
async fn data_that_was_not_made_for_this_session_is_refused_for_an_inner_cause() {
    let stage = Stage::default();
    let login = stage.log_in(OPENID, 1).await;
    let now = stage::START;
    let table = [
        (payload(7, APP, OPENID, now, ""), OpenDataFault::BadPadding),
        (payload(1, "wxother", OPENID, now, ""), OpenDataFault::AppIdMismatch),
        (payload(1, APP, "oSomebodyElse", now, ""), OpenDataFault::OpenIdMismatch),
    ];
    for (payload, cause) in table {
        let command = RegisterCommand { payload, ..stage.registration(&login.token, 1, NICKNAME) };
        let error = stage.register().execute(command).await.unwrap_err();
        assert_eq!(error.recover(), Recover::CollectAgain);
        let RegisterError::Undecryptable(fault) = error else { panic!("{error:?}") };
        assert_eq!(fault, cause);
    }
}

#[tokio::test]
async fn data_without_an_openid_is_taken() {
    let stage = Stage::default();
    let login = stage.log_in(OPENID, 1).await;
    let payload = payload(1, APP, "", stage::START, NICKNAME);
    let command = RegisterCommand { payload, ..stage.registration(&login.token, 1, NICKNAME) };
    stage.register().execute(command).await.unwrap();
}

#[tokio::test]
async fn stale_data_is_to_be_collected_again() {
    let beyond = FRESHNESS.window() + Duration::from_millis(1);
    for at in [stage::START.minus(beyond), stage::START.plus(beyond)] {
        let stage = Stage::default();
        let login = stage.log_in(OPENID, 1).await;
        let payload = payload(1, APP, OPENID, at, NICKNAME);
        let command = RegisterCommand { payload, ..stage.registration(&login.token, 1, NICKNAME) };
        let error = stage.register().execute(command).await.unwrap_err();
        assert!(matches!(error, RegisterError::NotFresh));
        assert_eq!(error.recover(), Recover::CollectAgain);
    }
}

#[tokio::test]
async fn what_was_signed_counts_for_more_than_what_was_only_encrypted() {
    let stage = Stage::default();
    let login = stage.log_in(OPENID, 1).await;
    let command = RegisterCommand {
        signed: Some(signed(1, "signed")),
        ..stage.registration(&login.token, 1, "encrypted")
    };
    let registered = stage.register().execute(command).await.unwrap();
    assert_eq!(registered.user.profile.nickname.as_str(), "signed");
}

#[tokio::test]
async fn registering_twice_gives_the_same_user_and_the_same_token() {
    let stage = Stage::default();
    let login = stage.log_in(OPENID, 1).await;
    let command = stage.registration(&login.token, 1, NICKNAME);
    let first = stage.register().execute(command.clone()).await.unwrap();
    // The answer was lost: the client sends the same once more, with the old token.
    let second = stage.register().execute(command.clone()).await.unwrap();
    assert_eq!(second.novelty, Novelty::Known);
    assert_eq!((second.user.id, &second.token), (first.user.id, &first.token));
    // With the new token, too.
    let third =
        stage.register().execute(RegisterCommand { token: first.token.clone(), ..command }).await.unwrap();
    assert_eq!((third.user.id, &third.token), (first.user.id, &first.token));
}

#[tokio::test]
async fn a_registration_is_repeatable_for_five_minutes_only() {
    let stage = Stage::default();
    let login = stage.log_in(OPENID, 1).await;
    let command = stage.registration(&login.token, 1, NICKNAME);
    stage.register().execute(command.clone()).await.unwrap();
    stage.clock.advance(Duration::from_mins(5));
    let error = stage.register().execute(command).await.unwrap_err();
    assert!(matches!(error, RegisterError::Session(AuthenticateError::Revoked(_))));
    assert_eq!(error.recover(), Recover::LoginAgain);
}

#[tokio::test]
async fn a_repeated_registration_needs_the_signature_too() {
    let stage = Stage::default();
    let login = stage.log_in(OPENID, 1).await;
    stage.register().execute(stage.registration(&login.token, 1, NICKNAME)).await.unwrap();
    let forged = stage.registration(&login.token, 9, NICKNAME);
    let error = stage.register().execute(forged).await.unwrap_err();
    assert!(matches!(error, RegisterError::SignatureMismatch));
}

/// The ring is taken away, so that only what the login left can open the data.
#[tokio::test]
async fn right_behind_a_login_on_the_same_instance_nothing_is_read_again() {
    for (waited, is_remembered) in [(Duration::ZERO, true), (Duration::from_mins(1), false)] {
        let stage = Stage::default();
        let login = stage.log_in(OPENID, 1).await;
        stage.store.key_rings().remove_through(&identity(OPENID), Generation::FIRST).await.unwrap();
        stage.clock.advance(waited);
        let registered = stage.register().execute(stage.registration(&login.token, 1, NICKNAME)).await;
        assert_eq!(registered.is_ok(), is_remembered, "{registered:?}");
    }
}

#[tokio::test]
async fn what_changed_since_the_login_counts() {
    let ended = Stage::default();
    let login = ended.log_in(OPENID, 1).await;
    let revocation = Revocation::new(stage::START, RevocationReason::LoggedOut);
    ended.store.sessions().revoke(login.session.id, revocation).await.unwrap();
    let error = ended.register().execute(ended.registration(&login.token, 1, NICKNAME)).await.unwrap_err();
    assert!(matches!(error, RegisterError::Session(AuthenticateError::Revoked(_))), "{error:?}");

    let turned = Stage::default();
    let login = turned.log_in(OPENID, 1).await;
    turned.another_instance().log_in(OPENID, 2).await;
    let command = turned.registration(&login.token, 2, NICKNAME);
    assert_eq!(turned.register().execute(command).await.unwrap().fit, Some(Fit::Current));

    let bound = Stage::default();
    let login = bound.log_in(OPENID, 1).await;
    let other = bound.another_instance();
    let faster = other.registration(&other.log_in(OPENID, 1).await.token, 1, NICKNAME);
    let faster = other.register().execute(faster).await.unwrap();
    let registered = bound.register().execute(bound.registration(&login.token, 1, NICKNAME)).await.unwrap();
    assert_eq!((registered.user.id, registered.novelty), (faster.user.id, Novelty::Known));
}

async fn register_all(stage: &Stage, commands: Vec<RegisterCommand>) -> Vec<Novelty> {
    let register = Arc::new(stage.register());
    let requests: Vec<_> = commands
        .into_iter()
        .map(|command| {
            let register = Arc::clone(&register);
            tokio::spawn(async move { register.execute(command).await })
        })
        .collect();
    let mut users = Vec::new();
    let mut novelties = Vec::new();
    for request in requests {
        let registered = request.await.unwrap().unwrap();
        stage.authenticate().execute(&registered.token).await.unwrap();
        users.push(registered.user.id);
        novelties.push(registered.novelty);
    }
    users.dedup();
    assert_eq!(users.len(), 1, "one user");
    novelties
}

fn new_ones(novelties: &[Novelty]) -> usize {
    novelties.iter().filter(|novelty| **novelty == Novelty::New).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twelve_registrations_of_one_session_make_one_user() {
    let stage = Stage::default();
    let login = stage.log_in(OPENID, 1).await;
    let commands = (0..12).map(|_| stage.registration(&login.token, 1, NICKNAME)).collect();
    assert_eq!(new_ones(&register_all(&stage, commands).await), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twelve_sessions_of_one_identity_make_one_user() {
    let stage = Stage::default();
    let mut commands = Vec::new();
    for _ in 0..12 {
        let login = stage.log_in(OPENID, 1).await;
        commands.push(stage.registration(&login.token, 1, NICKNAME));
    }
    assert_eq!(new_ones(&register_all(&stage, commands).await), 1);
}

#[tokio::test]
async fn a_client_that_would_not_learn_of_a_new_token_keeps_its_own() {
    let stage = Stage::default();
    let login = stage.log_in(OPENID, 1).await;
    stage.authenticate().execute(&login.token).await.unwrap();
    let command =
        RegisterCommand { token_change: TokenChange::Keep, ..stage.registration(&login.token, 1, NICKNAME) };
    let registered = stage.register().execute(command).await.unwrap();
    assert_eq!(registered.token, login.token);
    let caller = stage.authenticate().execute(&login.token).await.unwrap();
    assert_eq!(caller.state, SessionState::Registered(registered.user.id));
}

#[tokio::test]
async fn a_token_that_opens_nothing_registers_nobody() {
    let stage = Stage::default();
    let never_issued = "ys_0000000000000000000000000000000000000009999".parse().unwrap();
    let command = stage.registration(&never_issued, 1, NICKNAME);
    let error = stage.register().execute(command).await.unwrap_err();
    assert!(matches!(error, RegisterError::Session(AuthenticateError::Unknown)));
}

#[tokio::test]
async fn an_expired_session_registers_nobody() {
    let stage = Stage::default();
    let login = stage.log_in(OPENID, 1).await;
    stage.clock.advance(stage::LIFETIME.idle);
    let error = stage.register().execute(stage.registration(&login.token, 1, NICKNAME)).await.unwrap_err();
    assert!(matches!(error, RegisterError::Session(AuthenticateError::Expired)));
}

#[tokio::test]
async fn data_without_a_signature_registers_where_the_client_has_none() {
    let stage = Stage::default();
    let login = stage.log_in(OPENID, 1).await;
    let command = RegisterCommand { signed: None, ..stage.registration(&login.token, 1, NICKNAME) };
    let registered = stage.register().execute(command).await.unwrap();
    assert_eq!(registered.user.profile.nickname.as_str(), NICKNAME);
}
