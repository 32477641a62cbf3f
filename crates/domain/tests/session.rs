//! Sessions: when they end, who may end them, and how soon that is seen.

#![expect(clippy::unwrap_used, reason = "a step that fails ends the test")]

mod stage;

use std::time::Duration;

use domain::{
    login::LoggedIn,
    recovery::Recover,
    session::{
        AuthenticateError, Caller, EndAllSessions, EndOtherSession, EndOtherSessionError, EndSession,
        FlushTouches, ListSessions, RevocationReason,
    },
    store::Repositories,
};
use stage::{LIFETIME, OPENID, Stage, client};

/// A registered session.
async fn registered(stage: &Stage) -> (domain::session::Token, Caller) {
    let login = stage.log_in(OPENID, 1).await;
    let command = stage.registration(&login.token, 1, "n");
    let token = stage.register().execute(command).await.unwrap().token;
    let caller = stage.authenticate().execute(&token).await.unwrap();
    (token, caller)
}

async fn caller(stage: &Stage, login: &LoggedIn) -> Caller {
    stage.authenticate().execute(&login.token).await.unwrap()
}

macro_rules! ending {
    ($stage:expr, $use_case:ident) => {
        $use_case::new($stage.store(), $stage.clock.clone(), $stage.ids.clone(), $stage.cache.clone())
    };
}

#[tokio::test]
async fn a_token_that_was_never_issued_is_unknown() {
    let stage = Stage::default();
    let token = "ys_abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq".parse().unwrap();
    let error = stage.authenticate().execute(&token).await.unwrap_err();
    assert!(matches!(error, AuthenticateError::Unknown));
    assert_eq!(error.recover(), Recover::LoginAgain);
}

#[tokio::test]
async fn an_unused_session_expires_and_a_used_one_lives_on() {
    let stage = Stage::default();
    let (used, _) = registered(&stage).await;
    let unused = stage.log_in(OPENID, 1).await;
    let half = LIFETIME.idle / 2;
    for _ in 0..3 {
        stage.clock.advance(half);
        stage.authenticate().execute(&used).await.unwrap();
        FlushTouches::new(stage.store(), stage.touches.clone()).execute().await.unwrap();
    }
    let error = stage.authenticate().execute(&unused.token).await.unwrap_err();
    assert!(matches!(error, AuthenticateError::Expired));
}

#[tokio::test]
async fn a_session_ends_at_its_absolute_expiry_however_much_it_is_used() {
    let stage = Stage::default();
    let (token, _) = registered(&stage).await;
    let steps = 20;
    for _ in 0..steps {
        stage.authenticate().execute(&token).await.unwrap();
        FlushTouches::new(stage.store(), stage.touches.clone()).execute().await.unwrap();
        stage.clock.advance(LIFETIME.absolute / steps);
    }
    let error = stage.authenticate().execute(&token).await.unwrap_err();
    assert!(matches!(error, AuthenticateError::Expired));
}

#[tokio::test]
async fn last_seen_is_written_once_a_minute_in_batches() {
    let stage = Stage::default();
    let (token, _) = registered(&stage).await;
    let flush = FlushTouches::new(stage.store(), stage.touches.clone());
    assert_eq!(flush.execute().await.unwrap(), 1, "the first use");
    stage.clock.advance(Duration::from_secs(59));
    stage.authenticate().execute(&token).await.unwrap();
    assert_eq!(flush.execute().await.unwrap(), 0, "within the minute");
    stage.clock.advance(Duration::from_secs(2));
    for _ in 0..5 {
        stage.authenticate().execute(&token).await.unwrap();
    }
    assert_eq!(flush.execute().await.unwrap(), 1, "after it, once");
}

#[tokio::test]
async fn the_cache_answers_only_while_revocations_are_known() {
    let stage = Stage::default();
    let (token, caller) = registered(&stage).await;
    let elsewhere = stage.another_instance();
    stage.refresh().await;
    stage.authenticate().execute(&token).await.unwrap();
    ending!(elsewhere, EndSession).execute(&caller, &client()).await.unwrap();
    // The cache may still believe the session within the second...
    stage.authenticate().execute(&token).await.unwrap();
    // ...but not beyond it, even where revocations could not be read.
    stage.clock.advance(Duration::from_secs(1));
    let error = stage.authenticate().execute(&token).await.unwrap_err();
    assert!(matches!(error, AuthenticateError::Revoked(_)));
}

#[tokio::test]
async fn a_revocation_elsewhere_is_seen_once_revocations_are_read() {
    let stage = Stage::default();
    let (token, caller) = registered(&stage).await;
    stage.refresh().await;
    stage.authenticate().execute(&token).await.unwrap();
    ending!(stage.another_instance(), EndSession).execute(&caller, &client()).await.unwrap();
    stage.refresh().await;
    let error = stage.authenticate().execute(&token).await.unwrap_err();
    assert!(matches!(error, AuthenticateError::Revoked(_)));
}

#[tokio::test]
async fn logging_out_is_seen_by_the_next_request() {
    let stage = Stage::default();
    let (token, caller) = registered(&stage).await;
    stage.refresh().await;
    stage.authenticate().execute(&token).await.unwrap();
    assert_eq!(stage.cache.len(), 1);
    ending!(stage, EndSession).execute(&caller, &client()).await.unwrap();
    let error = stage.authenticate().execute(&token).await.unwrap_err();
    let AuthenticateError::Revoked(revocation) = error else { panic!("{error:?}") };
    assert_eq!(revocation.reason, RevocationReason::LoggedOut);
    ending!(stage, EndSession).execute(&caller, &client()).await.unwrap();
}

#[tokio::test]
async fn unregistered_sessions_are_not_cached() {
    let stage = Stage::default();
    stage.refresh().await;
    let login = stage.log_in(OPENID, 1).await;
    caller(&stage, &login).await;
    assert!(stage.cache.is_empty());
}

#[tokio::test]
async fn a_user_sees_their_own_sessions_and_no_others() {
    let stage = Stage::default();
    let (_, first) = registered(&stage).await;
    let second = stage.log_in(OPENID, 1).await;
    let stranger = stage.log_in("oSomebodyElse", 2).await;
    let list = ListSessions::new(stage.store(), stage.clock.clone());
    let listed = list.execute(&first).await.unwrap();
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().any(|entry| entry.is_current && entry.session.id == first.session_id));
    assert!(listed.iter().any(|entry| !entry.is_current && entry.session.id == second.session.id));
    let alone = list.execute(&caller(&stage, &stranger).await).await.unwrap();
    assert_eq!(alone.len(), 1);
}

#[tokio::test]
async fn a_session_ends_another_of_the_same_user_but_no_stranger() {
    let stage = Stage::default();
    let (_, first) = registered(&stage).await;
    let second = stage.log_in(OPENID, 1).await;
    let stranger = stage.log_in("oSomebodyElse", 2).await;
    let end = ending!(stage, EndOtherSession);
    let error = end.execute(&first, stranger.session.id, &client()).await.unwrap_err();
    assert!(matches!(error, EndOtherSessionError::NotFound));
    assert_eq!(error.recover(), Recover::FixRequest);
    caller(&stage, &stranger).await;
    end.execute(&first, second.session.id, &client()).await.unwrap();
    let error = stage.authenticate().execute(&second.token).await.unwrap_err();
    assert!(matches!(error, AuthenticateError::Revoked(_)));
}

#[tokio::test]
async fn logging_out_everywhere_ends_every_session_of_the_user() {
    let stage = Stage::default();
    let (token, first) = registered(&stage).await;
    let second = stage.log_in(OPENID, 1).await;
    let stranger = stage.log_in("oSomebodyElse", 2).await;
    ending!(stage, EndAllSessions).execute(&first, &client()).await.unwrap();
    for token in [&token, &second.token] {
        let error = stage.authenticate().execute(token).await.unwrap_err();
        assert!(matches!(error, AuthenticateError::Revoked(_)));
    }
    caller(&stage, &stranger).await;
}

#[tokio::test]
async fn the_sweep_removes_what_ended() {
    let stage = Stage::default();
    let (_, _) = registered(&stage).await;
    stage.log_in(OPENID, 2).await;
    let sweep = domain::upkeep::Sweep::new(stage.store(), stage.clock.clone(), stage::GRACE);
    let swept = sweep.execute().await.unwrap();
    assert_eq!(swept, domain::upkeep::Swept::default());
    stage.clock.advance(stage::GRACE.window() + Duration::from_secs(1));
    let swept = sweep.execute().await.unwrap();
    assert_eq!((swept.session_keys, swept.successions), (1, 1));
    assert_eq!(stage.store.key_rings().load(&stage::identity(OPENID)).await.unwrap().len(), 1);
    stage.clock.advance(LIFETIME.idle + Duration::from_hours(25));
    assert!(sweep.execute().await.unwrap().sessions > 0);
}
