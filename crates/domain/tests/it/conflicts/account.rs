use domain::{
    account::AccountError,
    app::RegistrationMethod,
    event::EventKind,
    ids::{IdentityId, UserId},
    profile::ChangeProfileCommand,
    session::Caller,
    user::{Nickname, Profile, ProfileChange, UserStatus},
};

use crate::fixture::{APP, Fixture, OPENID, OTHER_APP, client, exchanged_with_union, identity};

async fn user(fixture: &Fixture) -> UserId {
    fixture.registered().await;
    fixture.record(OPENID).await.identity.user_id.unwrap()
}

/// A user with a unionid, who is about to join at the other app.
async fn user_of_two_apps() -> (Fixture, UserId) {
    let fixture = Fixture::with_two_apps(RegistrationMethod::OpenData);
    fixture.log_in_at(APP, exchanged_with_union(OPENID, 1, "u-1")).await;
    let user = user(&fixture).await;
    (fixture, user)
}

async fn join(fixture: &Fixture) {
    fixture.log_in_at(OTHER_APP, exchanged_with_union("o-there", 1, "u-1")).await;
}

async fn change_nickname(fixture: &Fixture, caller: Caller) {
    let change = ProfileChange { nickname: Some(Nickname::kept("second")), ..ProfileChange::default() };
    let command = ChangeProfileCommand { caller, change, client: client() };
    fixture.change_profile().execute(command).await.unwrap();
}

#[tokio::test]
async fn a_block_ends_the_session_of_a_login_before_it() {
    let fixture = Fixture::default();
    let user = user(&fixture).await;
    fixture.before_next_commit(|other| async move {
        other.log_in(OPENID, 2).await;
    });
    fixture.block_user().execute(&fixture.account_command(user)).await.unwrap();
    assert!(fixture.live_sessions(OPENID).await.is_empty());
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn a_block_ends_the_session_of_an_identity_that_has_just_joined() {
    let (fixture, user) = user_of_two_apps().await;
    fixture.before_next_commit(|other| async move { join(&other).await });
    fixture.block_user().execute(&fixture.account_command(user)).await.unwrap();
    assert!(fixture.live_sessions(OPENID).await.is_empty());
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn a_block_keeps_the_profile_that_was_just_changed() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    let id = caller.state.user_id().unwrap();
    fixture.before_next_commit(|other| async move { change_nickname(&other, caller).await });
    fixture.block_user().execute(&fixture.account_command(id)).await.unwrap();
    let user = fixture.user(id).await;
    assert_eq!((user.status, user.profile.nickname.as_str()), (UserStatus::Blocked, "second"));
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn a_block_after_a_logout_everywhere_still_blocks() {
    let fixture = Fixture::default();
    let (token, caller) = fixture.registered().await;
    let id = caller.state.user_id().unwrap();
    fixture.before_next_commit(|other| async move { other.log_out_everywhere(&token).await });
    fixture.block_user().execute(&fixture.account_command(id)).await.unwrap();
    assert_eq!(fixture.user(id).await.status, UserStatus::Blocked);
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn a_block_does_not_undo_an_erasure() {
    let fixture = Fixture::default();
    let user = user(&fixture).await;
    fixture.before_next_commit(|other| async move { other.erase(OPENID).await });
    let error = fixture.block_user().execute(&fixture.account_command(user)).await.unwrap_err();
    assert!(matches!(error, AccountError::Erased), "{error:?}");
    assert_eq!(fixture.user(user).await.status, UserStatus::Erased);
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn an_unblock_does_not_undo_an_erasure() {
    let fixture = Fixture::default();
    let user = user(&fixture).await;
    fixture.block(OPENID).await;
    fixture.before_next_commit(|other| async move { other.erase(OPENID).await });
    let error = fixture.unblock_user().execute(&fixture.account_command(user)).await.unwrap_err();
    assert!(matches!(error, AccountError::Erased), "{error:?}");
    assert_eq!(fixture.user(user).await.status, UserStatus::Erased);
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn two_unblocks_leave_one_event() {
    let fixture = Fixture::default();
    let user = user(&fixture).await;
    fixture.block(OPENID).await;
    fixture.before_next_commit(|other| async move {
        other.unblock_user().execute(&other.account_command(user)).await.unwrap();
    });
    fixture.unblock_user().execute(&fixture.account_command(user)).await.unwrap();
    assert_eq!(fixture.user(user).await.status, UserStatus::Active);
    let events = fixture.events(OPENID).await;
    assert_eq!(events.iter().filter(|kind| **kind == EventKind::UserUnblocked).count(), 1);
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn an_erasure_removes_the_key_and_the_session_of_a_login_before_it() {
    let fixture = Fixture::default();
    let user = user(&fixture).await;
    fixture.before_next_commit(|other| async move {
        other.log_in(OPENID, 2).await;
    });
    fixture.erase_user().execute(&fixture.account_command(user)).await.unwrap();
    assert_eq!(fixture.store().identities().find(&identity(OPENID)).await.unwrap(), None);
    assert_eq!(fixture.live_sessions_of(Some(user), vec![identity(OPENID)]).await, []);
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn an_erasure_removes_the_profile_that_was_just_changed() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    let id = caller.state.user_id().unwrap();
    fixture.before_next_commit(|other| async move { change_nickname(&other, caller).await });
    fixture.erase_user().execute(&fixture.account_command(id)).await.unwrap();
    assert_eq!(fixture.user(id).await.profile, Profile::default());
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn an_erasure_covers_an_identity_that_has_just_joined() {
    let (fixture, user) = user_of_two_apps().await;
    fixture.before_next_commit(|other| async move { join(&other).await });
    fixture.erase_user().execute(&fixture.account_command(user)).await.unwrap();
    assert_eq!(fixture.store().identities().of_user(user).await.unwrap(), []);
    let there = IdentityId { app_id: OTHER_APP.parse().unwrap(), ..identity("o-there") };
    assert_eq!(fixture.store().identities().find(&there).await.unwrap(), None);
    assert_eq!(fixture.live_sessions_of(Some(user), vec![identity(OPENID), there]).await, []);
    fixture.assert_conflicts(1);
}
