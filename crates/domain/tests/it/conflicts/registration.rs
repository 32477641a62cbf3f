use domain::{
    app::RegistrationMethod,
    key_ring::Fit,
    registration::{Novelty, RegisterCommand, RegisterError, Registered, TokenChange},
    session::{AuthenticateError, RevocationReason, Token},
};

use crate::fixture::{APP, Fixture, OPENID, OTHER_APP, exchanged_with_union, user_of};

const BOTH: [TokenChange; 2] = [TokenChange::Renew, TokenChange::Keep];

async fn register(
    fixture: &Fixture,
    token: &Token,
    token_change: TokenChange,
) -> Result<Registered, RegisterError> {
    let command = RegisterCommand { token_change, ..fixture.registration(token, 1, "n") };
    fixture.register().execute(command).await
}

#[tokio::test]
async fn a_logout_everywhere_comes_first() {
    for token_change in BOTH {
        let fixture = Fixture::default();
        let token = fixture.log_in(OPENID, 1).await.token;
        let caller_token = token.clone();
        fixture.before_next_commit(|other| async move { other.log_out_everywhere(&caller_token).await });
        let error = register(&fixture, &token, token_change).await.unwrap_err();
        let RegisterError::Session(AuthenticateError::Revoked(revocation)) = error else {
            panic!("{error:?}")
        };
        assert_eq!(revocation.reason, RevocationReason::EndedElsewhere);
        assert_eq!(fixture.record(OPENID).await.identity.user_id, None, "no user was made");
        assert!(fixture.live_sessions(OPENID).await.is_empty());
        fixture.assert_conflicts(1);
    }
}

#[tokio::test]
async fn a_block_comes_first() {
    for token_change in BOTH {
        let fixture = Fixture::default();
        let unregistered = fixture.log_in(OPENID, 1).await;
        fixture.registered().await;
        fixture.before_next_commit(|other| async move { other.block(OPENID).await });
        let error = register(&fixture, &unregistered.token, token_change).await.unwrap_err();
        assert!(matches!(error, RegisterError::Session(AuthenticateError::UserBlocked)), "{error:?}");
        assert!(fixture.live_sessions(OPENID).await.is_empty());
        fixture.assert_conflicts(1);
    }
}

#[tokio::test]
async fn two_registrations_of_one_session_get_one_answer() {
    for token_change in BOTH {
        let fixture = Fixture::default();
        let token = fixture.log_in(OPENID, 1).await.token;
        let same_token = token.clone();
        fixture.before_next_commit(|other| async move {
            register(&other, &same_token, token_change).await.unwrap();
        });
        let registered = register(&fixture, &token, token_change).await.unwrap();
        assert_eq!(registered.novelty, Novelty::Known);
        assert_eq!(registered.token == token, token_change == TokenChange::Keep);
        let caller = fixture.caller(&registered.token).await;
        assert_eq!(caller.state.user_id(), Some(registered.user.id));
        assert_eq!(fixture.live_sessions(OPENID).await.len(), 1);
        fixture.assert_conflicts(1);
    }
}

#[tokio::test]
async fn registrations_of_two_sessions_make_one_user() {
    for token_change in BOTH {
        let fixture = Fixture::default();
        let (first, second) = (fixture.log_in(OPENID, 1).await, fixture.log_in(OPENID, 1).await);
        fixture.before_next_commit(|other| async move {
            register(&other, &second.token, token_change).await.unwrap();
        });
        let registered = register(&fixture, &first.token, token_change).await.unwrap();
        assert_eq!(registered.novelty, Novelty::Known);
        assert_eq!(fixture.record(OPENID).await.identity.user_id, Some(registered.user.id));
        assert_eq!(fixture.live_sessions(OPENID).await.len(), 2);
        fixture.assert_conflicts(1);
    }
}

#[tokio::test]
async fn a_registration_at_another_app_is_joined() {
    for token_change in BOTH {
        let fixture = Fixture::with_two_apps(RegistrationMethod::OpenData);
        let here = fixture.log_in_at(APP, exchanged_with_union(OPENID, 1, "u-1")).await;
        fixture.before_next_commit(|other| async move {
            let silent = Fixture { apps: Fixture::with_two_apps(RegistrationMethod::Silent).apps, ..other };
            user_of(silent.log_in_at(OTHER_APP, exchanged_with_union("o-there", 1, "u-1")).await);
        });
        let registered = register(&fixture, &here.token, token_change).await.unwrap();
        assert_eq!(registered.novelty, Novelty::Known);
        assert_eq!(fixture.live_sessions(OPENID).await.len(), 2, "one here, one at the other app");
        fixture.assert_conflicts(1);
    }
}

#[tokio::test]
async fn a_login_with_another_key_leaves_the_data_good() {
    for token_change in BOTH {
        let fixture = Fixture::default();
        let first = fixture.log_in(OPENID, 1).await;
        fixture.before_next_commit(|other| async move {
            other.log_in(OPENID, 2).await;
        });
        let registered = register(&fixture, &first.token, token_change).await.unwrap();
        assert_eq!((registered.novelty, registered.fit), (Novelty::New, Some(Fit::Superseded(1))));
        fixture.assert_conflicts(1);
    }
}
