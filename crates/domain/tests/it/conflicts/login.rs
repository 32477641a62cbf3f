use std::time::Duration;

use domain::{
    app::RegistrationMethod,
    key_ring::Fit,
    login::{LoggedIn, LoginError},
    open_data::DecryptOpenDataCommand,
    session::{RevocationReason, SessionState},
};

use crate::fixture::{
    APP, Fixture, OPENID, OTHER_APP, START, answering, app, collected::payload, command, exchanged,
    exchanged_with_union, user_of,
};

async fn try_to_log_in(fixture: &Fixture, key: u8) -> Result<LoggedIn, LoginError> {
    fixture.login(answering(exchanged(OPENID, key))).execute(command("code", None)).await
}

#[tokio::test]
async fn a_block_comes_first() {
    let fixture = Fixture::default();
    fixture.registered().await;
    fixture.before_next_commit(|other| async move { other.block(OPENID).await });
    let error = try_to_log_in(&fixture, 1).await.unwrap_err();
    assert!(matches!(error, LoginError::UserBlocked(_)), "{error:?}");
    assert!(fixture.live_sessions(OPENID).await.is_empty());
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn an_erasure_comes_first() {
    let fixture = Fixture::default();
    fixture.registered().await;
    fixture.before_next_commit(|other| async move { other.erase(OPENID).await });
    // Who logs in is a stranger by now.
    let login = try_to_log_in(&fixture, 2).await.unwrap();
    assert_eq!(login.session.state, SessionState::Unregistered);
    let record = fixture.record(OPENID).await;
    assert_eq!((record.identity.user_id, record.keys.len()), (None, 1));
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn a_logout_everywhere_ends_the_sessions_before_it_and_not_this_one() {
    let fixture = Fixture::default();
    let (token, _) = fixture.registered().await;
    let ended = token.clone();
    fixture.before_next_commit(|other| async move { other.log_out_everywhere(&ended).await });
    let login = fixture.log_in(OPENID, 1).await;
    assert_eq!(fixture.revocation(&token).await, RevocationReason::EndedElsewhere);
    fixture.caller(&login.token).await;
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn a_registration_makes_the_login_a_known_users() {
    let fixture = Fixture::default();
    let unregistered = fixture.log_in(OPENID, 1).await;
    fixture.before_next_commit(|other| async move {
        other.register_session(&unregistered.token).await;
    });
    let login = fixture.log_in(OPENID, 1).await;
    let user = fixture.record(OPENID).await.identity.user_id.unwrap();
    assert_eq!(login.session.state, SessionState::Registered(user));
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn of_two_first_logins_the_one_that_wechat_answered_later_holds_the_current_key() {
    let fixture = Fixture::default();
    fixture.before_next_commit(|other| async move {
        other.clock.advance(Duration::from_secs(1));
        other.log_in(OPENID, 2).await;
    });
    let login = fixture.log_in(OPENID, 1).await;
    let caller = fixture.caller(&login.token).await;
    for (key, fit) in [(2, Fit::Current), (1, Fit::Superseded(1))] {
        let payload = payload(key, APP, OPENID, START, "");
        let command = DecryptOpenDataCommand { caller, payload, signed: None };
        assert_eq!(fixture.decrypt_open_data().execute(command).await.unwrap().fit, fit);
    }
    assert_eq!(fixture.live_sessions(OPENID).await.len(), 2);
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn two_silent_first_logins_make_one_user() {
    let fixture = Fixture::with_apps(vec![app(APP, RegistrationMethod::Silent, None)]);
    fixture.before_next_commit(|other| async move {
        other.log_in(OPENID, 1).await;
    });
    let user = user_of(fixture.log_in(OPENID, 1).await);
    assert_eq!(fixture.record(OPENID).await.identity.user_id, Some(user.id));
    let sessions = fixture.live_sessions(OPENID).await;
    assert_eq!(sessions.len(), 2);
    assert!(sessions.iter().all(|session| session.state == SessionState::Registered(user.id)));
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn silent_first_logins_at_two_apps_make_one_user() {
    let fixture = Fixture::with_two_apps(RegistrationMethod::Silent);
    fixture.before_next_commit(|other| async move {
        other.log_in_at(APP, exchanged_with_union(OPENID, 1, "u-1")).await;
    });
    let there = fixture.log_in_at(OTHER_APP, exchanged_with_union("o-there", 1, "u-1")).await;
    assert_eq!(fixture.record(OPENID).await.identity.user_id, Some(user_of(there).id));
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn two_logins_together_keep_the_limit_of_sessions() {
    let fixture = Fixture { max_sessions: 3, ..Fixture::default() };
    for _ in 0..2 {
        fixture.log_in(OPENID, 1).await;
    }
    fixture.before_next_commit(|other| async move {
        other.log_in(OPENID, 1).await;
    });
    let login = fixture.log_in(OPENID, 1).await;
    fixture.caller(&login.token).await;
    assert_eq!(fixture.live_sessions(OPENID).await.len(), 3);
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn a_login_whose_claim_was_taken_over_opens_no_session() {
    let fixture = Fixture::default();
    let repeatable = || command("code", Some("attempt-0001"));
    // The first commit claims the code.
    fixture.before_second_commit(|other| async move {
        other.clock.advance(Duration::from_mins(1));
        other.login(answering(exchanged(OPENID, 1))).execute(repeatable()).await.unwrap();
    });
    let login = fixture.login(answering(exchanged(OPENID, 1)));
    let error = login.execute(repeatable()).await.unwrap_err();
    assert!(matches!(error, LoginError::InProgress), "{error:?}");
    assert_eq!(fixture.live_sessions(OPENID).await.len(), 1);
    // The login that took over can be repeated.
    let repeated = login.execute(repeatable()).await.unwrap();
    fixture.caller(&repeated.token).await;
}
