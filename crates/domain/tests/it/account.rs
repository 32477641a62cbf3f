//! Accounts: what a block and an erasure take away, and what comes back.

use std::time::Duration;

use crate::fixture::{
    APP, Fixture, OPENID, OTHER_APP, answering, client, command, exchanged, exchanged_with_union, identity,
    user_of,
};
use domain::{
    account::{AccountCommand, AccountError, EraseSelfError, FRESH_LOGIN},
    app::RegistrationMethod,
    client::ClientInfo,
    event::{Actor, EventKind, Subject},
    login::{ExchangeError, LoginError},
    open_data::{DecryptOpenDataCommand, DecryptOpenDataError},
    profile::{
        ChangeProfileCommand, ChangeProfileError, GetUserError, RefreshProfileCommand, RefreshProfileError,
    },
    recovery::{Recover, Recovery},
    registration::RegisterError,
    session::{AuthenticateError, EndOtherSessionError, ListSessionsError, RevocationReason, Token},
    user::{Profile, ProfileChange, UserId, UserStatus},
    wechat::Answered,
};
use uuid::Uuid;

/// The id of a user who registered, and a token of theirs.
async fn user(fixture: &Fixture) -> (UserId, Token) {
    let (token, caller) = fixture.registered().await;
    (caller.state.user_id().unwrap(), token)
}

async fn refused_login(fixture: &Fixture, openid: &str) -> LoginError {
    let login = fixture.login(answering(exchanged(openid, 9)));
    login.execute(command("code", None)).await.unwrap_err()
}

#[tokio::test]
async fn a_blocked_user_is_refused_everywhere() {
    let fixture = Fixture::default();
    let (token, caller) = fixture.registered().await;
    let other = fixture.log_in(OPENID, 1).await.session.id;
    let (signed, payload) = fixture.collected(OPENID, 1, "n");
    let signed = Some(signed);
    let id = caller.state.user_id().unwrap();
    fixture.block_user().execute(&fixture.account_command(id)).await.unwrap();

    let error = fixture.refusal(&token).await;
    assert!(matches!(error, AuthenticateError::UserBlocked), "{error:?}");
    assert_eq!(error.recover(), Recover::Operator);

    let error = fixture.get_user().execute(&caller).await.unwrap_err();
    assert!(matches!(error, GetUserError::Session(AuthenticateError::UserBlocked)), "{error:?}");

    let change = ProfileChange::default();
    let change = ChangeProfileCommand { caller, change, client: client() };
    let error = fixture.change_profile().execute(change).await.unwrap_err();
    assert!(matches!(error, ChangeProfileError::Session(AuthenticateError::UserBlocked)), "{error:?}");

    let refresh =
        RefreshProfileCommand { caller, payload: payload.clone(), signed: signed.clone(), client: client() };
    let error = fixture.refresh_profile().execute(refresh).await.unwrap_err();
    assert!(matches!(error, RefreshProfileError::Session(AuthenticateError::UserBlocked)), "{error:?}");

    let decrypt = DecryptOpenDataCommand { caller, payload, signed };
    let error = fixture.decrypt_open_data().execute(decrypt).await.unwrap_err();
    assert!(matches!(error, DecryptOpenDataError::Session(AuthenticateError::UserBlocked)), "{error:?}");

    let error = fixture.list_sessions().execute(&caller).await.unwrap_err();
    assert!(matches!(error, ListSessionsError::Session(AuthenticateError::UserBlocked)), "{error:?}");

    let error = fixture.end_other_session().execute(&caller, other, &client()).await.unwrap_err();
    assert!(matches!(error, EndOtherSessionError::Session(AuthenticateError::UserBlocked)), "{error:?}");

    let error = refused_login(&fixture, OPENID).await;
    assert!(matches!(error, LoginError::UserBlocked(_)), "{error:?}");

    let error = fixture.register().execute(fixture.registration(&token, 1, "n")).await.unwrap_err();
    assert!(matches!(error, RegisterError::Session(AuthenticateError::UserBlocked)), "{error:?}");
}

#[tokio::test]
async fn a_block_holds_for_every_identity_of_the_user() {
    let fixture = Fixture::with_two_apps(RegistrationMethod::OpenData);
    let with_union = |openid| exchanged_with_union(openid, 1, "u-1");
    let unregistered = fixture.log_in_at(APP, with_union(OPENID)).await;
    let (id, _) = user(&fixture).await;
    let there = fixture.log_in_at(OTHER_APP, with_union("o-there")).await;
    fixture.block_user().execute(&fixture.account_command(id)).await.unwrap();
    let error = fixture.refusal(&there.token).await;
    assert!(matches!(error, AuthenticateError::UserBlocked), "{error:?}");
    // A session that is not registered itself has ended, and cannot be registered.
    assert_eq!(fixture.revocation(&unregistered.token).await, RevocationReason::Blocked);
    let registration = fixture.registration(&unregistered.token, 1, "n");
    let error = fixture.register().execute(registration).await.unwrap_err();
    assert!(matches!(error, RegisterError::Session(AuthenticateError::UserBlocked)), "{error:?}");
    // A new identity of the same person is refused, too.
    let login = fixture.login(answering(with_union("o-new")));
    let error = login.execute(command("code", None)).await.unwrap_err();
    assert!(matches!(error, LoginError::UserBlocked(_)), "{error:?}");
}

#[tokio::test]
async fn a_block_is_seen_at_once_here_and_within_a_second_elsewhere() {
    let fixture = Fixture::default();
    let (id, token) = user(&fixture).await;
    let elsewhere = fixture.another_instance();
    for instance in [&fixture, &elsewhere] {
        instance.refresh_revocations().await;
        instance.caller(&token).await;
    }
    fixture.block_user().execute(&fixture.account_command(id)).await.unwrap();
    let error = fixture.refusal(&token).await;
    assert!(matches!(error, AuthenticateError::UserBlocked), "{error:?}");
    fixture.clock.advance(Duration::from_secs(1));
    let error = elsewhere.refusal(&token).await;
    assert!(matches!(error, AuthenticateError::UserBlocked), "{error:?}");
}

#[tokio::test]
async fn a_block_ends_more_sessions_than_one_batch_holds() {
    let fixture = Fixture::default();
    let (id, _) = user(&fixture).await;
    let own = fixture.live_sessions(OPENID).await.remove(0);
    fixture.open_more(&own, 1200).await;
    fixture.block_user().execute(&fixture.account_command(id)).await.unwrap();
    assert!(fixture.live_sessions(OPENID).await.is_empty());
}

#[tokio::test]
async fn an_unblocked_user_logs_in_again_but_no_session_comes_back() {
    let fixture = Fixture::default();
    let (id, token) = user(&fixture).await;
    fixture.block_user().execute(&fixture.account_command(id)).await.unwrap();
    fixture.unblock_user().execute(&fixture.account_command(id)).await.unwrap();
    assert_eq!(fixture.revocation(&token).await, RevocationReason::Blocked);
    let login = fixture.log_in(OPENID, 1).await;
    fixture.caller(&login.token).await;
    assert_eq!(user_of(login).id, id);
    let kinds = fixture.events(OPENID).await;
    assert_eq!(kinds[..3], [EventKind::LoggedIn, EventKind::UserUnblocked, EventKind::UserBlocked]);
}

#[tokio::test]
async fn a_login_from_before_a_block_is_not_repeated_after_it() {
    let fixture = Fixture::default();
    let (id, _) = user(&fixture).await;
    let login = fixture.login(answering(exchanged(OPENID, 1)));
    let repeatable = || command("code", Some("attempt-0001"));
    login.execute(repeatable()).await.unwrap();
    fixture.block_user().execute(&fixture.account_command(id)).await.unwrap();
    fixture.unblock_user().execute(&fixture.account_command(id)).await.unwrap();
    let error = login.execute(repeatable()).await.unwrap_err();
    assert!(
        matches!(error, LoginError::Exchange(Answered { error: ExchangeError::CodeUsed, .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn unblocking_an_active_user_changes_nothing() {
    let fixture = Fixture::default();
    let (id, token) = user(&fixture).await;
    let before = fixture.user(id).await;
    fixture.unblock_user().execute(&fixture.account_command(id)).await.unwrap();
    assert_eq!(fixture.user(id).await, before);
    assert!(!fixture.events(OPENID).await.contains(&EventKind::UserUnblocked));
    fixture.caller(&token).await;
}

#[tokio::test]
async fn an_erasure_removes_profile_unionids_and_keys() {
    let fixture = Fixture::with_two_apps(RegistrationMethod::OpenData);
    let with_union = |key| exchanged_with_union(OPENID, key, "u-1");
    fixture.log_in_at(APP, with_union(7)).await;
    fixture.log_in_at(APP, with_union(8)).await;
    let (id, token) = user(&fixture).await;
    assert_eq!(fixture.record(OPENID).await.keys.len(), 3);
    let erasure = fixture.erase_user().execute(&fixture.account_command(id)).await.unwrap();
    let erased = fixture.user(id).await;
    assert_eq!(erased.status, UserStatus::Erased);
    assert_eq!((erased.profile, erased.union), (Profile::default(), None));
    let record = fixture.store().identities().find(&identity(OPENID)).await.unwrap();
    assert_eq!(record, None);
    let error = fixture.refusal(&token).await;
    assert!(matches!(error, AuthenticateError::Unknown), "{error:?}");
    assert_eq!((erasure.user, erasure.at), (id, fixture.now()));
}

#[tokio::test]
async fn an_erasure_leaves_events_without_names_and_a_proof() {
    let fixture = Fixture::default();
    let (id, _) = user(&fixture).await;
    let by = Actor::Operator("li.lei".parse().unwrap());
    let command = AccountCommand { by: by.clone(), ..fixture.account_command(id) };
    let erasure = fixture.erase_user().execute(&command).await.unwrap();
    assert_eq!(fixture.events(OPENID).await, []);
    let events = fixture.store.all_events();
    assert!(events.len() > 2, "{events:?}");
    for event in &events {
        assert_eq!(event.subject.openid, None, "{event:?}");
    }
    let (proof, earlier) = events.split_last().unwrap();
    assert!(earlier.iter().all(|event| event.client == ClientInfo::default()));
    assert_eq!((proof.kind, proof.id, &proof.actor), (EventKind::UserErased, erasure.event, &by));
    // It tells whose data it was by the id that this server gave them.
    assert_eq!(proof.subject, Subject { user_id: Some(id), ..Subject::default() });
}

#[tokio::test]
async fn people_erase_themselves_soon_after_a_login() {
    let fixture = Fixture::default();
    let (_, caller) = fixture.registered().await;
    let other = fixture.log_in(OPENID, 1).await;
    fixture.clock.advance(FRESH_LOGIN + Duration::from_millis(1));
    let error = fixture.erase_self().execute(&caller, fixture.origin()).await.unwrap_err();
    assert!(matches!(error, EraseSelfError::LoginTooOld), "{error:?}");
    assert_eq!(error.recover(), Recover::LoginAgain);
    let fresh = fixture.log_in(OPENID, 1).await;
    fixture.clock.advance(FRESH_LOGIN);
    let caller = fixture.caller(&fresh.token).await;
    fixture.erase_self().execute(&caller, fixture.origin()).await.unwrap();
    for token in [&other.token, &fresh.token] {
        let error = fixture.refusal(token).await;
        assert!(matches!(error, AuthenticateError::Unknown), "{error:?}");
    }
    let proof = fixture.store.all_events().pop().unwrap();
    assert_eq!((proof.actor, proof.client), (Actor::Person, ClientInfo::default()));
}

#[tokio::test]
async fn strangers_have_nothing_to_erase() {
    let fixture = Fixture::default();
    let login = fixture.log_in(OPENID, 1).await;
    let caller = fixture.caller(&login.token).await;
    let error = fixture.erase_self().execute(&caller, fixture.origin()).await.unwrap_err();
    assert!(matches!(error, EraseSelfError::NotRegistered), "{error:?}");
}

#[tokio::test]
async fn an_operator_logs_a_user_out_everywhere() {
    let fixture = Fixture::default();
    let (id, token) = user(&fixture).await;
    fixture.log_out_user().execute(&fixture.account_command(id)).await.unwrap();
    assert_eq!(fixture.revocation(&token).await, RevocationReason::EndedElsewhere);
    assert_eq!(fixture.events(OPENID).await[0], EventKind::AllSessionsRevoked);
    fixture.caller(&fixture.log_in(OPENID, 1).await.token).await;
}

#[tokio::test]
async fn an_erasure_is_final() {
    let fixture = Fixture::with_two_apps(RegistrationMethod::Silent);
    let with_union = |openid| exchanged_with_union(openid, 1, "u-1");
    let id = user_of(fixture.log_in_at(APP, with_union(OPENID)).await).id;
    fixture.erase_user().execute(&fixture.account_command(id)).await.unwrap();
    let command = fixture.account_command(id);
    let refused = [
        fixture.block_user().execute(&command).await,
        fixture.unblock_user().execute(&command).await,
        fixture.log_out_user().execute(&command).await,
        fixture.erase_user().execute(&command).await.map(drop),
    ];
    for result in refused {
        let error = result.unwrap_err();
        assert!(matches!(error, AccountError::Erased), "{error:?}");
        assert_eq!(error.recover(), Recover::FixRequest);
    }
    // Whoever comes back is somebody new, at this app and at every other.
    let again = user_of(fixture.log_in_at(APP, with_union(OPENID)).await);
    let there = user_of(fixture.log_in_at(OTHER_APP, with_union("o-there")).await);
    assert_ne!(again.id, id);
    assert_eq!(there.id, again.id);
}

#[tokio::test]
async fn a_user_who_does_not_exist_is_not_found() {
    let fixture = Fixture::default();
    let nobody = UserId::new(Uuid::from_u128(1));
    let command = fixture.account_command(nobody);
    let refused = [
        fixture.block_user().execute(&command).await,
        fixture.unblock_user().execute(&command).await,
        fixture.log_out_user().execute(&command).await,
        fixture.erase_user().execute(&command).await.map(drop),
    ];
    for result in refused {
        let error = result.unwrap_err();
        assert!(matches!(error, AccountError::NotFound), "{error:?}");
    }
}
