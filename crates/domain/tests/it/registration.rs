//! Registration: which data is taken, what becomes of user and token.

use std::{sync::Arc, time::Duration};

use crate::fixture::{
    APP, FRESHNESS, Fixture, GRACE, LIFETIME, OPENID, START, answering, client,
    collected::{payload, signed},
    command, exchanged, key, registration_with, user_of,
};
use domain::{
    event::EventKind,
    key_ring::Fit,
    login::LoginCommand,
    open_data::OpenDataFault,
    recovery::{Recover, Recovery},
    registration::{Novelty, RegisterCommand, RegisterError, TokenChange},
    session::{AuthenticateError, LoginRoute, RevocationReason, SessionState},
};

use support::CollectedData;

const NICKNAME: &str = "小明😀𠮷";

#[tokio::test]
async fn an_unregistered_session_becomes_a_user_with_a_new_token() {
    let fixture = Fixture::default();
    let login = fixture.log_in(OPENID, 1).await;
    let command = fixture.registration(&login.token, 1, NICKNAME);
    let registered = fixture.register().execute(command).await.unwrap();
    assert_eq!(registered.novelty, Novelty::New);
    assert_eq!(registered.fit, Some(Fit::Current));
    assert_eq!(registered.user.profile.nickname.as_str(), NICKNAME);
    assert_ne!(registered.token, login.token);

    let caller = fixture.caller(&registered.token).await;
    assert_eq!(caller.state, SessionState::Registered(registered.user.id));
    assert_eq!(fixture.revocation(&login.token).await, RevocationReason::Registered);

    let again = user_of(fixture.log_in(OPENID, 1).await);
    assert_eq!((again.id, again.profile), (registered.user.id, registered.user.profile));
}

#[tokio::test]
async fn registration_is_on_record() {
    let fixture = Fixture::default();
    let login = fixture.log_in(OPENID, 1).await;
    fixture.register().execute(fixture.registration(&login.token, 1, NICKNAME)).await.unwrap();
    assert_eq!(fixture.events(OPENID).await, [EventKind::Registered, EventKind::LoggedIn]);
}

#[tokio::test]
async fn data_under_the_previous_key_registers_inside_the_grace_window() {
    let fixture = Fixture::default();
    fixture.log_in(OPENID, 1).await;
    let login = fixture.log_in(OPENID, 2).await;
    fixture.clock.advance(GRACE.window().saturating_sub(Duration::from_millis(1)));
    let command = fixture.registration(&login.token, 1, NICKNAME);
    let registered = fixture.register().execute(command).await.unwrap();
    assert_eq!(registered.fit, Some(Fit::Superseded(1)));
}

#[tokio::test]
async fn the_previous_key_is_refused_after_the_grace_window() {
    let fixture = Fixture::default();
    fixture.log_in(OPENID, 1).await;
    let login = fixture.log_in(OPENID, 2).await;
    fixture.clock.advance(GRACE.window());
    let command = fixture.registration(&login.token, 1, NICKNAME);
    let error = fixture.register().execute(command).await.unwrap_err();
    assert!(matches!(error, RegisterError::SignatureMismatch), "{error:?}");
}

#[tokio::test]
async fn data_collected_under_an_unknown_key_is_to_be_collected_again() {
    let fixture = Fixture::default();
    let login = fixture.log_in(OPENID, 2).await;
    // Collected under a key that this server never held.
    let error =
        fixture.register().execute(fixture.registration(&login.token, 9, NICKNAME)).await.unwrap_err();
    assert!(matches!(error, RegisterError::SignatureMismatch), "{error:?}");
    assert_eq!(error.recover(), Recover::CollectAgain);
    // The session is still good.
    fixture.register().execute(fixture.registration(&login.token, 2, NICKNAME)).await.unwrap();
}

#[tokio::test]
async fn data_that_was_not_made_for_this_session_is_refused_for_an_inner_cause() {
    let fixture = Fixture::default();
    let login = fixture.log_in(OPENID, 1).await;
    let now = START;
    let table = [
        (payload(7, APP, OPENID, now, ""), OpenDataFault::BadPadding),
        (payload(1, "wxother", OPENID, now, ""), OpenDataFault::AppIdMismatch),
        (payload(1, APP, "oSomebodyElse", now, ""), OpenDataFault::OpenIdMismatch),
    ];
    for (payload, cause) in table {
        let command = registration_with(&login.token, Some(signed(1, NICKNAME)), payload);
        let error = fixture.register().execute(command).await.unwrap_err();
        assert_eq!(error.recover(), Recover::CollectAgain);
        let RegisterError::Undecryptable(fault) = error else { panic!("{error:?}") };
        assert_eq!(fault, cause);
    }
}

#[tokio::test]
async fn data_without_an_openid_is_taken() {
    let fixture = Fixture::default();
    let login = fixture.log_in(OPENID, 1).await;
    let payload = payload(1, APP, "", START, NICKNAME);
    let command = registration_with(&login.token, Some(signed(1, NICKNAME)), payload);
    fixture.register().execute(command).await.unwrap();
}

#[tokio::test]
async fn stale_data_is_to_be_collected_again() {
    // A watermark has whole seconds; the clock makes the difference of a millisecond.
    let (past, ahead) = (START, START.plus(FRESHNESS.window() + Duration::from_secs(1)));
    let too_late = FRESHNESS.window() + Duration::from_millis(1);
    for (at, passed) in [(past, too_late), (ahead, Duration::from_millis(999))] {
        let fixture = Fixture::default();
        let login = fixture.log_in(OPENID, 1).await;
        fixture.clock.advance(passed);
        let payload = payload(1, APP, OPENID, at, NICKNAME);
        let command = registration_with(&login.token, Some(signed(1, NICKNAME)), payload);
        let error = fixture.register().execute(command).await.unwrap_err();
        assert!(matches!(error, RegisterError::NotFresh), "{error:?}");
        assert_eq!(error.recover(), Recover::CollectAgain);
    }
}

#[tokio::test]
async fn what_was_signed_counts_for_more_than_what_was_only_encrypted() {
    let fixture = Fixture::default();
    let login = fixture.log_in(OPENID, 1).await;
    let (_, payload) = fixture.collected(OPENID, 1, "encrypted");
    let command = registration_with(&login.token, Some(signed(1, "signed")), payload);
    let registered = fixture.register().execute(command).await.unwrap();
    assert_eq!(registered.user.profile.nickname.as_str(), "signed");
}

#[tokio::test]
async fn registering_twice_gives_the_same_user_and_the_same_token() {
    let fixture = Fixture::default();
    let login = fixture.log_in(OPENID, 1).await;
    let command = fixture.registration(&login.token, 1, NICKNAME);
    let first = fixture.register().execute(command.clone()).await.unwrap();
    // The answer was lost: the client sends the same once more, with the old token.
    let second = fixture.register().execute(command.clone()).await.unwrap();
    assert_eq!(second.novelty, Novelty::Known);
    assert_eq!((second.user.id, &second.token), (first.user.id, &first.token));
    // With the new token, too.
    let third =
        fixture.register().execute(RegisterCommand { token: first.token.clone(), ..command }).await.unwrap();
    assert_eq!((third.user.id, &third.token), (first.user.id, &first.token));
}

#[tokio::test]
async fn a_registration_is_repeatable_for_five_minutes_only() {
    let fixture = Fixture::default();
    let login = fixture.log_in(OPENID, 1).await;
    let command = fixture.registration(&login.token, 1, NICKNAME);
    fixture.register().execute(command.clone()).await.unwrap();
    fixture.clock.advance(Duration::from_mins(5));
    let error = fixture.register().execute(command).await.unwrap_err();
    assert!(matches!(error, RegisterError::Session(AuthenticateError::Revoked(_))), "{error:?}");
    assert_eq!(error.recover(), Recover::LoginAgain);
}

#[tokio::test]
async fn a_repeated_registration_needs_the_signature_too() {
    let fixture = Fixture::default();
    let login = fixture.log_in(OPENID, 1).await;
    fixture.register().execute(fixture.registration(&login.token, 1, NICKNAME)).await.unwrap();
    let forged = fixture.registration(&login.token, 9, NICKNAME);
    let error = fixture.register().execute(forged).await.unwrap_err();
    assert!(matches!(error, RegisterError::SignatureMismatch), "{error:?}");
}

#[tokio::test]
async fn what_changed_since_the_login_counts() {
    let ended = Fixture::default();
    let login = ended.log_in(OPENID, 1).await;
    let other = ended.another_instance();
    other.end_session().execute(&other.caller(&login.token).await, &client()).await.unwrap();
    let error = ended.register().execute(ended.registration(&login.token, 1, NICKNAME)).await.unwrap_err();
    assert!(matches!(error, RegisterError::Session(AuthenticateError::Revoked(_))), "{error:?}");

    let rotated = Fixture::default();
    let login = rotated.log_in(OPENID, 1).await;
    rotated.another_instance().log_in(OPENID, 2).await;
    let command = rotated.registration(&login.token, 2, NICKNAME);
    assert_eq!(rotated.register().execute(command).await.unwrap().fit, Some(Fit::Current));

    let bound = Fixture::default();
    let login = bound.log_in(OPENID, 1).await;
    let other = bound.another_instance();
    let faster = other.registration(&other.log_in(OPENID, 1).await.token, 1, NICKNAME);
    let faster = other.register().execute(faster).await.unwrap();
    let registered = bound.register().execute(bound.registration(&login.token, 1, NICKNAME)).await.unwrap();
    assert_eq!((registered.user.id, registered.novelty), (faster.user.id, Novelty::Known));
}

async fn register_all(fixture: &Fixture, commands: Vec<RegisterCommand>) -> Vec<Novelty> {
    let register = Arc::new(fixture.register());
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
        fixture.caller(&registered.token).await;
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
    let fixture = Fixture::default();
    let login = fixture.log_in(OPENID, 1).await;
    let commands = (0..12).map(|_| fixture.registration(&login.token, 1, NICKNAME)).collect();
    assert_eq!(new_ones(&register_all(&fixture, commands).await), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twelve_sessions_of_one_identity_make_one_user() {
    let fixture = Fixture::default();
    let mut commands = Vec::new();
    for _ in 0..12 {
        let login = fixture.log_in(OPENID, 1).await;
        commands.push(fixture.registration(&login.token, 1, NICKNAME));
    }
    assert_eq!(new_ones(&register_all(&fixture, commands).await), 1);
}

#[tokio::test]
async fn a_client_that_would_not_learn_of_a_new_token_keeps_its_own() {
    let fixture = Fixture::default();
    let login = fixture.log_in(OPENID, 1).await;
    fixture.caller(&login.token).await;
    let command = RegisterCommand {
        token_change: TokenChange::Keep,
        ..fixture.registration(&login.token, 1, NICKNAME)
    };
    let registered = fixture.register().execute(command).await.unwrap();
    assert_eq!(registered.token, login.token);
    let caller = fixture.caller(&login.token).await;
    assert_eq!(caller.state, SessionState::Registered(registered.user.id));
}

#[tokio::test]
async fn a_session_of_the_api_does_not_keep_its_token() {
    let fixture = Fixture::default();
    let command = LoginCommand { route: LoginRoute::Api, ..command("code", None) };
    let login = fixture.login(answering(exchanged(OPENID, 1))).execute(command).await.unwrap();
    let registration = fixture.registration(&login.token, 1, NICKNAME);
    let keeping = RegisterCommand { token_change: TokenChange::Keep, ..registration.clone() };
    let error = fixture.register().execute(keeping).await.unwrap_err();
    assert!(matches!(error, RegisterError::NotFromTutorial), "{error:?}");
    assert_eq!(error.recover(), Recover::FixRequest);
    let registered = fixture.register().execute(registration).await.unwrap();
    assert_ne!(registered.token, login.token);
    assert_eq!(registered.session.route, LoginRoute::Api);
}

#[tokio::test]
async fn unsigned_data_of_another_kind_registers_nobody() {
    let fixture = Fixture::default();
    let login = fixture.log_in(OPENID, 1).await;
    let seconds = fixture.now().as_millis() / 1_000;
    let steps = format!(
        r#"{{"stepInfoList":[{{"timestamp":{seconds},"step":100}}],"watermark":{{"appid":"{APP}","timestamp":{seconds}}}}}"#
    );
    let payload = CollectedData::new(&key(1), "", &steps).payload();
    let command = registration_with(&login.token, None, payload);
    let error = fixture.register().execute(command).await.unwrap_err();
    assert!(matches!(error, RegisterError::NotUserInfo), "{error:?}");
}

#[tokio::test]
async fn a_token_that_opens_nothing_registers_nobody() {
    let fixture = Fixture::default();
    let never_issued = "ys_0000000000000000000000000000000000000009999".parse().unwrap();
    let command = fixture.registration(&never_issued, 1, NICKNAME);
    let error = fixture.register().execute(command).await.unwrap_err();
    assert!(matches!(error, RegisterError::Session(AuthenticateError::Unknown)), "{error:?}");
}

#[tokio::test]
async fn an_expired_session_registers_nobody() {
    let fixture = Fixture::default();
    let login = fixture.log_in(OPENID, 1).await;
    fixture.clock.advance(LIFETIME.idle);
    let error =
        fixture.register().execute(fixture.registration(&login.token, 1, NICKNAME)).await.unwrap_err();
    assert!(matches!(error, RegisterError::Session(AuthenticateError::Expired)), "{error:?}");
}

#[tokio::test]
async fn data_without_a_signature_registers_where_the_client_has_none() {
    let fixture = Fixture::default();
    let login = fixture.log_in(OPENID, 1).await;
    let (_, payload) = fixture.collected(OPENID, 1, NICKNAME);
    let command = registration_with(&login.token, None, payload);
    let registered = fixture.register().execute(command).await.unwrap();
    assert_eq!(registered.user.profile.nickname.as_str(), NICKNAME);
}
