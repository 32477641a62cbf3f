use domain::{
    app::RegistrationMethod,
    event::EventKind,
    registration::{RegisterCommand, TokenChange},
    session::{AuthenticateError, EndOtherSessionError, RevocationReason},
};

use crate::fixture::{APP, Fixture, OPENID, OTHER_APP, client, exchanged_with_union};

#[tokio::test]
async fn a_logout_after_a_logout_everywhere_changes_nothing() {
    let fixture = Fixture::default();
    let (token, caller) = fixture.registered().await;
    let same_token = token.clone();
    fixture.before_next_commit(|other| async move { other.log_out_everywhere(&same_token).await });
    fixture.end_session().execute(&caller, &client()).await.unwrap();
    assert_eq!(fixture.revocation(&token).await, RevocationReason::EndedElsewhere);
    assert!(!fixture.events(OPENID).await.contains(&EventKind::LoggedOut));
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn a_logout_ends_the_session_that_registration_opened() {
    let fixture = Fixture::default();
    let token = fixture.log_in(OPENID, 1).await.token;
    let caller = fixture.caller(&token).await;
    fixture.before_next_commit(|other| async move {
        other.register_session(&token).await;
    });
    fixture.end_session().execute(&caller, &client()).await.unwrap();
    assert!(fixture.live_sessions(OPENID).await.is_empty());
    assert_eq!(fixture.events(OPENID).await[0], EventKind::LoggedOut);
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn a_session_that_logged_itself_out_is_not_ended_by_another() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    let other_login = fixture.log_in(OPENID, 1).await;
    let token = other_login.token.clone();
    fixture.before_next_commit(|other| async move { other.log_out(&token).await });
    let end = fixture.end_other_session();
    let error = end.execute(&caller, other_login.session.id, &client()).await.unwrap_err();
    assert!(matches!(error, EndOtherSessionError::NotFound), "{error:?}");
    assert_eq!(fixture.revocation(&other_login.token).await, RevocationReason::LoggedOut);
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn a_session_that_was_ended_ends_no_other() {
    let fixture = Fixture::default();
    let (token, caller) = fixture.registered().await;
    let other_login = fixture.log_in(OPENID, 1).await;
    fixture.before_next_commit(|other| async move { other.log_out(&token).await });
    let end = fixture.end_other_session();
    let error = end.execute(&caller, other_login.session.id, &client()).await.unwrap_err();
    assert!(matches!(error, EndOtherSessionError::Session(AuthenticateError::Revoked(_))), "{error:?}");
    fixture.caller(&other_login.token).await;
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn a_session_that_registers_in_place_is_ended_by_another() {
    let fixture = Fixture::default();
    let (own, target) = (fixture.log_in(OPENID, 1).await, fixture.log_in(OPENID, 1).await);
    let caller = fixture.caller(&own.token).await;
    let token = target.token.clone();
    fixture.before_next_commit(|other| async move {
        let command =
            RegisterCommand { token_change: TokenChange::Keep, ..other.registration(&token, 1, "n") };
        other.register().execute(command).await.unwrap();
    });
    fixture.end_other_session().execute(&caller, target.session.id, &client()).await.unwrap();
    assert_eq!(fixture.revocation(&target.token).await, RevocationReason::EndedElsewhere);
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn a_session_that_got_a_new_token_is_ended_by_another() {
    let fixture = Fixture::default();
    let (own, target) = (fixture.log_in(OPENID, 1).await, fixture.log_in(OPENID, 1).await);
    let caller = fixture.caller(&own.token).await;
    fixture.before_next_commit(|other| async move {
        other.register_session(&target.token).await;
    });
    fixture.end_other_session().execute(&caller, target.session.id, &client()).await.unwrap();
    assert_eq!(fixture.live_sessions(OPENID).await.len(), 1, "the caller's own");
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn a_logout_everywhere_ends_the_session_that_registration_opened() {
    let fixture = Fixture::default();
    let (own, registering) = (fixture.log_in(OPENID, 1).await, fixture.log_in(OPENID, 1).await);
    let caller = fixture.caller(&own.token).await;
    fixture.before_next_commit(|other| async move {
        other.register_session(&registering.token).await;
    });
    fixture.end_all_sessions().execute(&caller, &client()).await.unwrap();
    assert!(fixture.live_sessions(OPENID).await.is_empty());
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn a_logout_everywhere_ends_the_session_of_a_login_before_it() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    fixture.before_next_commit(|other| async move {
        other.log_in(OPENID, 2).await;
    });
    fixture.end_all_sessions().execute(&caller, &client()).await.unwrap();
    assert!(fixture.live_sessions(OPENID).await.is_empty());
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn a_logout_everywhere_ends_the_session_of_an_identity_that_has_just_joined() {
    let fixture = Fixture::with_two_apps(RegistrationMethod::OpenData);
    fixture.log_in_at(APP, exchanged_with_union(OPENID, 1, "u-1")).await;
    let (_, caller) = fixture.registered().await;
    fixture.before_next_commit(|other| async move {
        other.log_in_at(OTHER_APP, exchanged_with_union("o-there", 1, "u-1")).await;
    });
    fixture.end_all_sessions().execute(&caller, &client()).await.unwrap();
    assert!(fixture.live_sessions(OPENID).await.is_empty());
}

#[tokio::test]
async fn two_logouts_everywhere_both_succeed() {
    let fixture = Fixture::default();
    let (token, caller) = fixture.registered().await;
    fixture.before_next_commit(|other| async move { other.log_out_everywhere(&token).await });
    fixture.end_all_sessions().execute(&caller, &client()).await.unwrap();
    assert!(fixture.live_sessions(OPENID).await.is_empty());
    fixture.assert_conflicts(1);
}
