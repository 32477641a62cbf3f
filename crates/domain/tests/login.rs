//! Login: what WeChat is asked, and what is on record afterwards.

#![expect(clippy::unwrap_used, reason = "a step that fails ends the test")]

mod stage;

use std::{sync::Arc, time::Duration};

use domain::{
    app::RegistrationPolicy,
    event::EventKind,
    login::{ExchangeError, LoggedIn, LoginError, MockCodeExchange, Refusal, Standing, Trouble},
    profile::User,
    recovery::Recover,
    session::{AuthenticateError, RevocationReason, SessionState},
    store::Repositories,
};
use stage::{APP, OPENID, Stage, app, command, exchanged, exchanged_with_union, identity};

const IDEMPOTENCY_KEY: &str = "attempt-0001";

fn exchange_once(openid: &'static str, key: u8) -> MockCodeExchange {
    let mut exchange = MockCodeExchange::new();
    exchange.expect_exchange().times(1).returning(move |_, _| Ok(exchanged(openid, key)));
    exchange
}

#[tokio::test]
async fn an_unknown_user_gets_an_unregistered_session() {
    let stage = Stage::default();
    let login = stage.log_in(OPENID, 1).await;
    assert_eq!(login.standing, Standing::Unregistered);
    assert_eq!(login.session.state, SessionState::Unregistered);
    let caller = stage.authenticate().execute(&login.token).await.unwrap();
    assert_eq!(caller.session_id, login.session.id);
    let events = stage.store.events().latest(&identity(OPENID), 10).await.unwrap();
    assert_eq!(events.iter().map(|event| event.kind).collect::<Vec<_>>(), [EventKind::LoggedIn]);
}

#[tokio::test]
async fn the_key_is_stored_before_the_client_is_answered() {
    let stage = Stage::default();
    stage.log_in(OPENID, 1).await;
    let keys = stage.store.key_rings().load(&identity(OPENID)).await.unwrap();
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0].superseded_at, None);
}

#[tokio::test]
async fn the_same_key_again_does_not_turn_the_ring() {
    let stage = Stage::default();
    stage.log_in(OPENID, 1).await;
    stage.log_in(OPENID, 1).await;
    assert_eq!(stage.store.key_rings().load(&identity(OPENID)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_ring_keeps_the_current_key_and_two_superseded_ones() {
    let stage = Stage::default();
    for key in 1..=5 {
        stage.log_in(OPENID, key).await;
        stage.clock.advance(Duration::from_secs(1));
    }
    let keys = stage.store.key_rings().load(&identity(OPENID)).await.unwrap();
    let generations: Vec<_> = keys.iter().map(|key| key.generation.number()).collect();
    assert_eq!(generations, [5, 4, 3]);
    let superseded: Vec<_> = keys.iter().map(|key| key.superseded_at.is_some()).collect();
    assert_eq!(superseded, [false, true, true]);
}

#[tokio::test]
async fn an_app_that_is_not_configured_is_refused_before_wechat_is_asked() {
    let stage = Stage::default();
    let login = stage.login(MockCodeExchange::new());
    let command = domain::login::LoginCommand { app_id: "wxother".parse().unwrap(), ..command("code", None) };
    let error = login.execute(command).await.unwrap_err();
    assert!(matches!(error, LoginError::UnknownApp));
    assert_eq!(error.recover(), Recover::FixRequest);
}

#[tokio::test]
async fn every_failure_of_the_exchange_says_how_to_recover() {
    let table = [
        (ExchangeError::InvalidCode, Recover::LoginAgain),
        (ExchangeError::CodeUsed, Recover::LoginAgain),
        (ExchangeError::AnswerLost, Recover::LoginAgain),
        (ExchangeError::UserBlocked, Recover::Operator),
        (ExchangeError::RateLimited, Recover::Retry),
        (ExchangeError::Refused { refusal: Refusal::Misconfigured, errcode: 40125 }, Recover::Operator),
        (ExchangeError::Unavailable(Trouble::TimedOut), Recover::Retry),
    ];
    for (error, recover) in table {
        let failed = Stage::default().log_in_failing(error.clone()).await;
        assert_eq!(failed.recover(), recover, "{error:?}");
        assert_eq!(failed.retry_after().is_some(), recover == Recover::Retry, "{error:?}");
    }
}

async fn twenty_four(stage: &Stage, key: Option<&'static str>, exchange: MockCodeExchange) -> Vec<LoggedIn> {
    let login = Arc::new(stage.login(exchange));
    let requests: Vec<_> = (0..24)
        .map(|_| {
            let login = Arc::clone(&login);
            tokio::spawn(async move { login.execute(command("code", key)).await })
        })
        .collect();
    let mut logins = Vec::new();
    for request in requests {
        logins.push(request.await.unwrap().unwrap());
    }
    logins
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_requests_with_one_code_make_one_exchange() {
    let stage = Stage::default();
    let logins = twenty_four(&stage, Some(IDEMPOTENCY_KEY), exchange_once(OPENID, 1)).await;
    assert_eq!(logins.len(), 24);
    // Whoever came while the exchange was under way shares its session; whoever came later
    // repeated the login. Exactly one session is alive in the end.
    let last = stage.store.sessions().live_of(&logins[0].session.owner(), stage::START, 100).await.unwrap();
    assert_eq!(last.len(), 1);
}

#[tokio::test]
async fn concurrent_requests_on_one_thread_share_one_token() {
    let stage = Stage::default();
    let logins = twenty_four(&stage, None, exchange_once(OPENID, 1)).await;
    assert!(logins.iter().all(|login| login.token == logins[0].token));
}

#[tokio::test]
async fn a_repeated_login_is_the_same_login_with_a_fresh_token() {
    let stage = Stage::default();
    let login = stage.login(exchange_once(OPENID, 1));
    let first = login.execute(command("code", Some(IDEMPOTENCY_KEY))).await.unwrap();
    stage.clock.advance(Duration::from_secs(299));
    let second = login.execute(command("code", Some(IDEMPOTENCY_KEY))).await.unwrap();
    assert_ne!(first.token, second.token);
    assert_eq!(first.session.identity, second.session.identity);
    let refused = stage.authenticate().execute(&first.token).await.unwrap_err();
    let AuthenticateError::Revoked(revocation) = refused else { panic!("{refused:?}") };
    assert_eq!(revocation.reason, RevocationReason::Unclaimed);
    stage.authenticate().execute(&second.token).await.unwrap();
}

#[tokio::test]
async fn a_repeated_login_leaves_a_token_that_was_used() {
    let stage = Stage::default();
    let login = stage.login(exchange_once(OPENID, 1));
    let first = login.execute(command("code", Some(IDEMPOTENCY_KEY))).await.unwrap();
    stage.authenticate().execute(&first.token).await.unwrap();
    domain::session::FlushTouches::new(stage.store(), stage.touches.clone()).execute().await.unwrap();
    login.execute(command("code", Some(IDEMPOTENCY_KEY))).await.unwrap();
    stage.authenticate().execute(&first.token).await.unwrap();
}

#[tokio::test]
async fn a_login_is_repeated_on_another_instance() {
    let stage = Stage::default();
    let login = stage.login(exchange_once(OPENID, 1));
    let first = login.execute(command("code", Some(IDEMPOTENCY_KEY))).await.unwrap();
    let elsewhere = stage.another_instance().login(MockCodeExchange::new());
    let second = elsewhere.execute(command("code", Some(IDEMPOTENCY_KEY))).await.unwrap();
    assert_eq!(first.session.identity, second.session.identity);
}

#[tokio::test]
async fn a_request_that_waited_on_another_instance_shares_the_token() {
    let stage = Stage::default();
    let (answer, answered) = tokio::sync::oneshot::channel();
    let (asked, was_asked) = tokio::sync::oneshot::channel();
    let first = tokio::spawn({
        let login = stage.login_waiting(asked, answered);
        async move { login.execute(command("code", Some(IDEMPOTENCY_KEY))).await }
    });
    was_asked.await.unwrap();
    let second = tokio::spawn({
        let login = stage.another_instance().login(MockCodeExchange::new());
        async move { login.execute(command("code", Some(IDEMPOTENCY_KEY))).await }
    });
    stage.clock.until_sleeping(1).await;
    answer.send(exchanged(OPENID, 1)).unwrap();
    let first = first.await.unwrap().unwrap();
    stage.clock.advance(Duration::from_secs(1));
    let second = second.await.unwrap().unwrap();
    assert_eq!(first.token, second.token);
    assert_eq!(first.session.id, second.session.id);
}

#[tokio::test]
async fn a_code_under_another_idempotency_key_is_used() {
    let stage = Stage::default();
    let login = stage.login(exchange_once(OPENID, 1));
    login.execute(command("code", Some(IDEMPOTENCY_KEY))).await.unwrap();
    let error = login.execute(command("code", Some("attempt-0002"))).await.unwrap_err();
    assert!(matches!(error, LoginError::Exchange(ExchangeError::CodeUsed)));
}

#[tokio::test]
async fn a_login_that_was_logged_out_is_not_repeated() {
    let stage = Stage::default();
    let login = stage.login(exchange_once(OPENID, 1));
    let first = login.execute(command("code", Some(IDEMPOTENCY_KEY))).await.unwrap();
    let caller = stage.authenticate().execute(&first.token).await.unwrap();
    let end = domain::session::EndSession::new(
        stage.store(),
        stage.clock.clone(),
        stage.ids.clone(),
        stage.cache.clone(),
    );
    end.execute(&caller, &stage::client()).await.unwrap();
    let error = login.execute(command("code", Some(IDEMPOTENCY_KEY))).await.unwrap_err();
    assert!(matches!(error, LoginError::Exchange(ExchangeError::CodeUsed)));
}

#[tokio::test]
async fn a_failed_exchange_gives_the_code_back() {
    let stage = Stage::default();
    let mut exchange = MockCodeExchange::new();
    let mut answers = vec![Ok(exchanged(OPENID, 1)), Err(ExchangeError::Unavailable(Trouble::Busy))];
    exchange.expect_exchange().times(2).returning(move |_, _| answers.pop().unwrap());
    let login = stage.login(exchange);
    let error = login.execute(command("code", Some(IDEMPOTENCY_KEY))).await.unwrap_err();
    assert_eq!(error.recover(), Recover::Retry);
    login.execute(command("code", Some(IDEMPOTENCY_KEY))).await.unwrap();
}

#[tokio::test]
async fn a_claim_whose_holder_died_is_taken_over() {
    let stage = Stage::default();
    let (asked, was_asked) = tokio::sync::oneshot::channel();
    let (_never, answered) = tokio::sync::oneshot::channel();
    let login = stage.login_waiting(asked, answered);
    let holder = tokio::spawn(async move { login.execute(command("code", Some(IDEMPOTENCY_KEY))).await });
    was_asked.await.unwrap();
    let waiting = tokio::spawn({
        let login = stage.another_instance().login(MockCodeExchange::new());
        async move { login.execute(command("code", Some(IDEMPOTENCY_KEY))).await }
    });
    stage.clock.until_sleeping(1).await;
    stage.clock.advance(Duration::from_secs(9));
    let error = waiting.await.unwrap().unwrap_err();
    assert!(matches!(error, LoginError::InProgress));
    stage.clock.advance(Duration::from_secs(7));
    let heir = stage.another_instance().login(exchange_once(OPENID, 1));
    heir.execute(command("code", Some(IDEMPOTENCY_KEY))).await.unwrap();
    holder.abort();
}

#[tokio::test]
async fn a_client_that_hangs_up_does_not_take_the_code_with_it() {
    let stage = Stage::default();
    let (answer, answered) = tokio::sync::oneshot::channel();
    let (asked, was_asked) = tokio::sync::oneshot::channel();
    let login = Arc::new(stage.login_waiting(asked, answered));
    let first = tokio::spawn({
        let login = Arc::clone(&login);
        async move { login.execute(command("code", Some(IDEMPOTENCY_KEY))).await }
    });
    was_asked.await.unwrap();
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    answer.send(exchanged(OPENID, 1)).unwrap();
    login.execute(command("code", Some(IDEMPOTENCY_KEY))).await.unwrap();
}

fn user_of(login: LoggedIn) -> User {
    match login.standing {
        Standing::Registered(user) => *user,
        Standing::Unregistered => panic!("not registered"),
    }
}

#[tokio::test]
async fn a_silent_app_registers_at_the_first_login() {
    let stage = Stage::with_apps(vec![app(APP, RegistrationPolicy::Silent, None)]);
    let first = user_of(stage.log_in(OPENID, 1).await);
    let second = user_of(stage.log_in(OPENID, 2).await);
    assert_eq!(first.id, second.id);
}

#[tokio::test]
async fn apps_of_one_open_platform_share_their_users() {
    let other = "wxfedcba9876543210";
    let stage = Stage::with_apps(vec![
        app(APP, RegistrationPolicy::Silent, Some("ours")),
        app(other, RegistrationPolicy::OpenData, Some("ours")),
        app("wxaaaaaaaaaaaaaaaa", RegistrationPolicy::OpenData, Some("theirs")),
    ]);
    let at = |app: &'static str, openid: &'static str| {
        let mut exchange = MockCodeExchange::new();
        exchange.expect_exchange().return_once(move |_, _| Ok(exchanged_with_union(openid, 1, "u-1")));
        let command = domain::login::LoginCommand { app_id: app.parse().unwrap(), ..command("code", None) };
        let login = stage.login(exchange);
        async move { login.execute(command).await.unwrap() }
    };
    let here = user_of(at(APP, "o-here").await);
    let there = user_of(at(other, "o-there").await);
    assert_eq!(here.id, there.id);
    let stranger = at("wxaaaaaaaaaaaaaaaa", "o-strange").await;
    assert_eq!(stranger.standing, Standing::Unregistered);
}

mod waiting {
    use async_trait::async_trait;
    use domain::{
        app::AppId,
        login::{CodeExchange, ExchangeError, Exchanged, Login, LoginCode, LoginPorts, Trouble},
    };
    use tokio::sync::{Mutex, oneshot};

    use super::stage::{LIFETIME, Stage};

    /// A WeChat that says when it was asked, and answers when it is told to.
    struct Waiting(Mutex<Option<(oneshot::Sender<()>, oneshot::Receiver<Exchanged>)>>);

    #[async_trait]
    impl CodeExchange for Waiting {
        async fn exchange(&self, _: &AppId, _: &LoginCode) -> Result<Exchanged, ExchangeError> {
            let (asked, answered) = self.0.lock().await.take().unwrap();
            asked.send(()).unwrap();
            answered.await.map_err(|_| ExchangeError::Unavailable(Trouble::Unreachable))
        }
    }

    impl Stage {
        pub(super) fn login_waiting(
            &self,
            asked: oneshot::Sender<()>,
            answered: oneshot::Receiver<Exchanged>,
        ) -> Login {
            Login::new(LoginPorts {
                store: self.store(),
                exchange: std::sync::Arc::new(Waiting(Mutex::new(Some((asked, answered))))),
                sealer: self.sealer.clone(),
                tokens: self.tokens.clone(),
                clock: self.clock.clone(),
                ids: self.ids.clone(),
                apps: self.apps.clone(),
                lifetime: LIFETIME,
                cache: self.cache.clone(),
                recent: self.recent.clone(),
            })
        }
    }
}
