use domain::{
    login::{ExchangeError, LoggedIn, Login, LoginCommand, LoginError, MockCodeExchange},
    session::RevocationReason,
    wechat::Answered,
};

use crate::fixture::{Fixture, OPENID, answering, command, exchanged};

fn repeatable() -> LoginCommand {
    command("code", Some("attempt-0001"))
}

/// A login of a user, to be repeated.
async fn first_login(fixture: &Fixture) -> (Login, LoggedIn) {
    fixture.registered().await;
    let login = fixture.login(answering(exchanged(OPENID, 1)));
    let first = login.execute(repeatable()).await.unwrap();
    (login, first)
}

#[tokio::test]
async fn a_block_comes_first() {
    let fixture = Fixture::default();
    let (login, _) = first_login(&fixture).await;
    fixture.before_next_commit(|other| async move { other.block(OPENID).await });
    let error = login.execute(repeatable()).await.unwrap_err();
    assert!(matches!(error, LoginError::UserBlocked(_)), "{error:?}");
    assert!(fixture.live_sessions(OPENID).await.is_empty());
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn a_logout_comes_first() {
    let fixture = Fixture::default();
    let (login, first) = first_login(&fixture).await;
    fixture.before_next_commit(|other| async move { other.log_out(&first.token).await });
    let error = login.execute(repeatable()).await.unwrap_err();
    assert!(
        matches!(error, LoginError::Exchange(Answered { error: ExchangeError::CodeUsed, .. })),
        "{error:?}"
    );
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn a_logout_everywhere_comes_first() {
    let fixture = Fixture::default();
    let (login, first) = first_login(&fixture).await;
    fixture.before_next_commit(|other| async move { other.log_out_everywhere(&first.token).await });
    let error = login.execute(repeatable()).await.unwrap_err();
    assert!(
        matches!(error, LoginError::Exchange(Answered { error: ExchangeError::CodeUsed, .. })),
        "{error:?}"
    );
    assert!(fixture.live_sessions(OPENID).await.is_empty());
    fixture.assert_conflicts(1);
}

#[tokio::test]
async fn two_repetitions_share_one_session() {
    let fixture = Fixture::default();
    let (login, first) = first_login(&fixture).await;
    fixture.before_next_commit(|other| async move {
        other.login(MockCodeExchange::new()).execute(repeatable()).await.unwrap();
    });
    let second = login.execute(repeatable()).await.unwrap();
    assert_eq!(fixture.revocation(&first.token).await, RevocationReason::Unclaimed);
    fixture.caller(&second.token).await;
    // The session of `registered`, and the one that both repetitions got.
    let live: Vec<_> = fixture.live_sessions(OPENID).await.iter().map(|session| session.id).collect();
    assert_eq!(live.len(), 2);
    assert!(live.contains(&second.session.id));
    fixture.assert_conflicts(1);
}
