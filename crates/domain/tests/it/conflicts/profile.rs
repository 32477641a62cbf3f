use domain::{
    profile::{
        ChangeProfileCommand, ChangeProfileError, RefreshProfileCommand, RefreshProfileError, Refreshed,
    },
    session::{AuthenticateError, Caller},
    user::{AvatarUrl, Nickname, Profile, ProfileChange, User},
};

use crate::fixture::{Fixture, OPENID, client};

const AVATAR: &str = "https://example.com/a.png";

async fn change(
    fixture: &Fixture,
    caller: Caller,
    change: ProfileChange,
) -> Result<User, ChangeProfileError> {
    fixture.change_profile().execute(ChangeProfileCommand { caller, change, client: client() }).await
}

async fn refresh(fixture: &Fixture, caller: Caller) -> Result<Refreshed, RefreshProfileError> {
    let (signed, payload) = fixture.collected(OPENID, 1, "refreshed");
    let command = RefreshProfileCommand { caller, payload, signed: Some(signed), client: client() };
    fixture.refresh_profile().execute(command).await
}

fn nickname(nickname: &str) -> ProfileChange {
    ProfileChange { nickname: Some(Nickname::kept(nickname)), ..ProfileChange::default() }
}

fn avatar() -> ProfileChange {
    ProfileChange { avatar_url: Some(AvatarUrl::kept(AVATAR)), ..ProfileChange::default() }
}

fn shown(profile: &Profile) -> [&str; 2] {
    [profile.nickname.as_str(), profile.avatar_url.as_str()]
}

#[tokio::test]
async fn changes_of_different_fields_both_stay() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    fixture.before_next_commit(|other| async move {
        change(&other, caller, avatar()).await.unwrap();
    });
    let user = change(&fixture, caller, nickname("second")).await.unwrap();
    assert_eq!(shown(&user.profile), ["second", AVATAR]);
    assert_eq!(shown(&fixture.user(user.id).await.profile), ["second", AVATAR]);
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn a_change_and_a_refresh_both_stay() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    fixture.before_next_commit(|other| async move {
        change(&other, caller, avatar()).await.unwrap();
    });
    let user = refresh(&fixture, caller).await.unwrap().user;
    assert_eq!(shown(&user.profile), ["refreshed", AVATAR]);
    assert_eq!(shown(&fixture.user(user.id).await.profile), ["refreshed", AVATAR]);
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn a_block_comes_before_a_change() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    fixture.before_next_commit(|other| async move { other.block(OPENID).await });
    let error = change(&fixture, caller, nickname("second")).await.unwrap_err();
    assert!(matches!(error, ChangeProfileError::Session(AuthenticateError::UserBlocked)), "{error:?}");
    let user = fixture.user(caller.state.user_id().unwrap()).await;
    assert_eq!(user.profile.nickname.as_str(), "first");
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn an_erasure_comes_before_a_change_and_a_refresh() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    fixture.before_next_commit(|other| async move { other.erase(OPENID).await });
    let error = change(&fixture, caller, nickname("second")).await.unwrap_err();
    assert!(matches!(error, ChangeProfileError::Session(AuthenticateError::Unknown)), "{error:?}");
    let user = fixture.user(caller.state.user_id().unwrap()).await;
    assert_eq!(user.profile, Profile::default());

    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    fixture.before_next_commit(|other| async move { other.erase(OPENID).await });
    let error = refresh(&fixture, caller).await.unwrap_err();
    assert!(matches!(error, RefreshProfileError::Session(AuthenticateError::Unknown)), "{error:?}");
    let user = fixture.user(caller.state.user_id().unwrap()).await;
    assert_eq!(user.profile, Profile::default());
    fixture.assert_conflicts(1);
}
