//! Profiles and open data: what is shown, what may change it, and what is only looked at.

#![expect(clippy::unwrap_used, reason = "a step that fails ends the test")]

mod stage;

use std::time::Duration;

use domain::{
    open_data::{DecryptOpenData, DecryptOpenDataCommand, DecryptOpenDataError, OpenDataFault},
    profile::{
        ChangeProfile, ChangeProfileCommand, ChangeProfileError, GetUser, GetUserError, Nickname,
        ProfileChange, RefreshProfile, RefreshProfileCommand, RefreshProfileError,
    },
    recovery::Recover,
    session::Caller,
};
use stage::{APP, FRESHNESS, GRACE, OPENID, Stage, client, payload, signed};

async fn registered(stage: &Stage) -> Caller {
    let login = stage.log_in(OPENID, 1).await;
    let command = stage.registration(&login.token, 1, "first");
    let token = stage.register().execute(command).await.unwrap().token;
    stage.authenticate().execute(&token).await.unwrap()
}

async fn unregistered(stage: &Stage) -> Caller {
    let login = stage.log_in(OPENID, 1).await;
    stage.authenticate().execute(&login.token).await.unwrap()
}

fn refresh_profile(stage: &Stage) -> RefreshProfile {
    RefreshProfile::new(
        stage.store(),
        stage.open_data.clone(),
        stage.sealer.clone(),
        stage.clock.clone(),
        stage.ids.clone(),
        GRACE,
        FRESHNESS,
    )
}

fn decrypt(stage: &Stage) -> DecryptOpenData {
    DecryptOpenData::new(
        stage.store(),
        stage.open_data.clone(),
        stage.sealer.clone(),
        stage.clock.clone(),
        GRACE,
    )
}

#[tokio::test]
async fn somebody_who_has_not_registered_has_no_user() {
    let stage = Stage::default();
    let caller = unregistered(&stage).await;
    let error = GetUser::new(stage.store()).execute(&caller).await.unwrap_err();
    assert!(matches!(error, GetUserError::NotRegistered));
    assert_eq!(error.recover(), Recover::Register);
}

#[tokio::test]
async fn a_typed_in_profile_changes_only_what_was_typed() {
    let stage = Stage::default();
    let caller = registered(&stage).await;
    let change = ProfileChange {
        avatar_url: Some("https://example.com/a.png".parse().unwrap()),
        ..ProfileChange::default()
    };
    let command = ChangeProfileCommand { caller, change, client: client() };
    let use_case = ChangeProfile::new(stage.store(), stage.clock.clone(), stage.ids.clone());
    let user = use_case.execute(command).await.unwrap();
    assert_eq!(user.profile.nickname.as_str(), "first");
    assert_eq!(user.profile.avatar_url.as_str(), "https://example.com/a.png");
    assert_eq!(GetUser::new(stage.store()).execute(&caller).await.unwrap(), user);
}

#[tokio::test]
async fn nobody_changes_a_profile_before_they_registered() {
    let stage = Stage::default();
    let caller = unregistered(&stage).await;
    let change = ProfileChange { nickname: Some(Nickname::kept("n")), ..ProfileChange::default() };
    let use_case = ChangeProfile::new(stage.store(), stage.clock.clone(), stage.ids.clone());
    let error =
        use_case.execute(ChangeProfileCommand { caller, change, client: client() }).await.unwrap_err();
    assert!(matches!(error, ChangeProfileError::NotRegistered));
}

#[tokio::test]
async fn a_profile_is_refreshed_from_signed_or_unsigned_data() {
    let stage = Stage::default();
    let caller = registered(&stage).await;
    let now = stage::START;
    for (signed, nickname) in [(Some(signed(1, "signed")), "signed"), (None, "encrypted")] {
        let payload = payload(1, APP, OPENID, now, "encrypted");
        let command = RefreshProfileCommand { caller, payload, signed, client: client() };
        let refreshed = refresh_profile(&stage).execute(command).await.unwrap();
        assert_eq!(refreshed.user.profile.nickname.as_str(), nickname);
    }
}

#[tokio::test]
async fn anonymous_open_data_does_not_wipe_out_what_was_typed_in() {
    let stage = Stage::default();
    let caller = registered(&stage).await;
    let payload = payload(1, APP, OPENID, stage::START, "微信用户");
    let command = RefreshProfileCommand { caller, payload, signed: None, client: client() };
    let refreshed = refresh_profile(&stage).execute(command).await.unwrap();
    assert_eq!(refreshed.user.profile.nickname.as_str(), "first");
}

#[tokio::test]
async fn a_refresh_needs_fresh_data_and_a_look_does_not() {
    let stage = Stage::default();
    let caller = registered(&stage).await;
    let old = stage::START.minus(FRESHNESS.window() + Duration::from_secs(1));
    let payload = payload(1, APP, OPENID, old, "n");
    let command = RefreshProfileCommand { caller, payload: payload.clone(), signed: None, client: client() };
    let error = refresh_profile(&stage).execute(command).await.unwrap_err();
    assert!(matches!(error, RefreshProfileError::NotFresh));
    decrypt(&stage).execute(DecryptOpenDataCommand { caller, payload, signed: None }).await.unwrap();
}

#[tokio::test]
async fn unsigned_data_is_tried_under_every_key_newest_first() {
    let stage = Stage::default();
    stage.log_in(OPENID, 1).await;
    stage.log_in(OPENID, 2).await;
    let login = stage.log_in(OPENID, 3).await;
    let caller = stage.authenticate().execute(&login.token).await.unwrap();
    for key in 1..=3 {
        let payload = payload(key, APP, OPENID, stage::START, "");
        let command = DecryptOpenDataCommand { caller, payload, signed: None };
        let decrypted = decrypt(&stage).execute(command).await.unwrap();
        let steps_back = match decrypted.fit {
            domain::key_ring::Fit::Current => 0,
            domain::key_ring::Fit::Superseded(steps) => steps,
        };
        assert_eq!(steps_back, usize::from(3 - key));
    }
}

#[tokio::test]
async fn open_data_of_somebody_else_is_refused() {
    let stage = Stage::default();
    let caller = registered(&stage).await;
    let payload = payload(1, APP, "oSomebodyElse", stage::START, "");
    let command = DecryptOpenDataCommand { caller, payload, signed: None };
    let error = decrypt(&stage).execute(command).await.unwrap_err();
    assert!(matches!(error, DecryptOpenDataError::Undecryptable(OpenDataFault::OpenIdMismatch)));
    assert_eq!(error.recover(), Recover::CollectAgain);
}
