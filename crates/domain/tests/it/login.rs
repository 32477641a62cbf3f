//! Login: what WeChat is asked, and what is on record afterwards.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use crate::fixture::{
    APP, Fixture, OPENID, OTHER_APP, answering, app, client, command, exchanged, exchanged_with_union,
    user_of,
};
use domain::{
    app::RegistrationMethod,
    event::EventKind,
    login::{ExchangeError, LoggedIn, LoginCommand, LoginError, MockCodeExchange, Standing},
    recovery::{Recover, Recovery},
    session::{RevocationReason, SessionState},
    wechat::{Answered, CallError, Refusal, Trouble},
};

const IDEMPOTENCY_KEY: &str = "attempt-0001";

/// A login that can be repeated.
fn repeatable() -> LoginCommand {
    command("code", Some(IDEMPOTENCY_KEY))
}

#[tokio::test]
async fn an_unknown_user_gets_an_unregistered_session() {
    let fixture = Fixture::default();
    let login = fixture.log_in(OPENID, 1).await;
    assert_eq!(login.standing, Standing::Unregistered);
    assert_eq!(login.session.state, SessionState::Unregistered);
    assert_eq!(fixture.caller(&login.token).await.session_id, login.session.id);
    assert_eq!(fixture.events(OPENID).await, [EventKind::LoggedIn]);
}

#[tokio::test]
async fn the_key_is_stored_before_the_client_is_answered() {
    let fixture = Fixture::default();
    fixture.log_in(OPENID, 1).await;
    let keys = fixture.record(OPENID).await.keys;
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0].superseded_at, None);
}

#[tokio::test]
async fn the_same_key_again_does_not_rotate_the_ring() {
    let fixture = Fixture::default();
    fixture.log_in(OPENID, 1).await;
    fixture.log_in(OPENID, 1).await;
    assert_eq!(fixture.record(OPENID).await.keys.len(), 1);
}

#[tokio::test]
async fn the_ring_keeps_the_current_key_and_two_superseded_ones() {
    let fixture = Fixture::default();
    for key in 1..=5 {
        fixture.log_in(OPENID, key).await;
        fixture.clock.advance(Duration::from_secs(1));
    }
    let keys = fixture.record(OPENID).await.keys;
    let generations: Vec<_> = keys.iter().map(|key| key.generation.number()).collect();
    assert_eq!(generations, [5, 4, 3]);
    let superseded: Vec<_> = keys.iter().map(|key| key.superseded_at.is_some()).collect();
    assert_eq!(superseded, [false, true, true]);
}

#[tokio::test]
async fn an_app_that_is_not_configured_is_refused_before_wechat_is_asked() {
    let fixture = Fixture::default();
    let login = fixture.login(MockCodeExchange::new());
    let command = LoginCommand { app_id: "wxother".parse().unwrap(), ..command("code", None) };
    let error = login.execute(command).await.unwrap_err();
    assert!(matches!(error, LoginError::UnknownApp), "{error:?}");
    assert_eq!(error.recover(), Recover::FixRequest);
}

#[tokio::test]
async fn every_failure_of_the_exchange_has_its_recovery() {
    let limited = CallError::RateLimited { retry_after: Duration::from_secs(7) };
    let table = [
        (ExchangeError::InvalidCode, Recover::LoginAgain),
        (ExchangeError::CodeUsed, Recover::LoginAgain),
        (ExchangeError::AnswerLost, Recover::LoginAgain),
        (ExchangeError::UserBlocked, Recover::Operator),
        (limited.into(), Recover::Retry),
        (CallError::Refused { refusal: Refusal::Misconfigured, errcode: 40125 }.into(), Recover::Operator),
        (CallError::Unavailable(Trouble::TimedOut).into(), Recover::Retry),
    ];
    for (error, recover) in table {
        let mut exchange = MockCodeExchange::new();
        let answer = error.clone();
        exchange.expect_exchange().times(1).return_once(move |_, _| Err(answer.into()));
        let failed = Fixture::default().login(exchange).execute(command("code", None)).await.unwrap_err();
        assert_eq!(failed.recover(), recover, "{error:?}");
        assert_eq!(failed.retry_after().is_some(), recover == Recover::Retry, "{error:?}");
    }
}

#[tokio::test]
async fn wechat_is_asked_once_about_a_code_that_it_refused() {
    let errors = [
        ExchangeError::InvalidCode,
        ExchangeError::CodeUsed,
        ExchangeError::AnswerLost,
        ExchangeError::UserBlocked,
    ];
    for refused in errors {
        let fixture = Fixture::default();
        let mut exchange = MockCodeExchange::new();
        let answer = refused.clone();
        exchange.expect_exchange().times(2).returning(move |_, _| Err(answer.clone().into()));
        let login = fixture.login(exchange);
        for number in 0..100 {
            let idempotency_key = (number % 2 == 0).then_some(IDEMPOTENCY_KEY);
            let error = login.execute(command("code", idempotency_key)).await.unwrap_err();
            assert!(matches!(&error, LoginError::Exchange(found) if found.error == refused), "{error:?}");
            fixture.clock.advance(Duration::from_secs(2));
        }
        fixture.clock.advance(Duration::from_mins(5));
        login.execute(command("code", None)).await.unwrap_err();
    }
}

#[tokio::test]
async fn the_same_code_of_another_app_is_asked_about() {
    let fixture = Fixture::with_two_apps(RegistrationMethod::OpenData);
    let mut exchange = MockCodeExchange::new();
    exchange.expect_exchange().times(2).returning(|_, _| Err(ExchangeError::InvalidCode.into()));
    let login = fixture.login(exchange);
    for app in [APP, OTHER_APP] {
        let command = LoginCommand { app_id: app.parse().unwrap(), ..command("code", None) };
        login.execute(command).await.unwrap_err();
    }
}

#[tokio::test]
async fn a_code_is_tried_again_after_a_call_that_failed() {
    let mut answers = vec![
        Ok(exchanged(OPENID, 1)),
        Err(CallError::Unavailable(Trouble::TimedOut).into()),
        Err(CallError::RateLimited { retry_after: Duration::from_secs(7) }.into()),
    ];
    let mut exchange = MockCodeExchange::new();
    exchange
        .expect_exchange()
        .times(3)
        .returning(move |_, _| answers.pop().unwrap().map_err(ExchangeError::into));
    let login = Fixture::default().login(exchange);
    login.execute(command("code", None)).await.unwrap_err();
    login.execute(command("code", None)).await.unwrap_err();
    login.execute(command("code", None)).await.unwrap();
}

async fn twenty_four(fixture: &Fixture, command: LoginCommand) -> Vec<LoggedIn> {
    let login = Arc::new(fixture.login(answering(exchanged(OPENID, 1))));
    let requests: Vec<_> = (0..24)
        .map(|_| {
            let (login, command) = (Arc::clone(&login), command.clone());
            tokio::spawn(async move { login.execute(command).await })
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
    let fixture = Fixture::default();
    let logins = twenty_four(&fixture, repeatable()).await;
    assert_eq!(logins.len(), 24);
    // A request during the exchange shares its session, a later one repeats the login: one session is
    // live in the end.
    assert_eq!(fixture.live_sessions(OPENID).await.len(), 1);
}

#[tokio::test]
async fn concurrent_requests_on_one_thread_share_one_token() {
    let fixture = Fixture::default();
    let logins = twenty_four(&fixture, command("code", None)).await;
    assert!(logins.iter().all(|login| login.token == logins[0].token));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_logins_of_one_identity_that_each_bring_another_key_all_succeed() {
    let fixture = Fixture::default();
    let keys = AtomicU8::new(1);
    let mut exchange = MockCodeExchange::new();
    let answer = move || exchanged(OPENID, keys.fetch_add(1, Ordering::Relaxed));
    exchange.expect_exchange().times(50).returning(move |_, _| Ok(answer()));
    let login = Arc::new(fixture.login(exchange));
    let requests: Vec<_> = (0..50)
        .map(|number| {
            let login = Arc::clone(&login);
            tokio::spawn(async move { login.execute(command(&format!("code-{number}"), None)).await })
        })
        .collect();
    for request in requests {
        fixture.caller(&request.await.unwrap().unwrap().token).await;
    }
    let keys = fixture.record(OPENID).await.keys;
    assert_eq!(keys.iter().filter(|key| key.superseded_at.is_none()).count(), 1);
    assert_eq!(fixture.live_sessions(OPENID).await.len(), 50);
}

#[tokio::test]
async fn a_repeated_login_is_the_same_login_with_a_fresh_token() {
    let fixture = Fixture::default();
    let login = fixture.login(answering(exchanged(OPENID, 1)));
    let first = login.execute(repeatable()).await.unwrap();
    fixture.clock.advance(Duration::from_secs(299));
    let second = login.execute(repeatable()).await.unwrap();
    assert_ne!(first.token, second.token);
    assert_eq!(first.session.identity, second.session.identity);
    assert_eq!(fixture.revocation(&first.token).await, RevocationReason::Unclaimed);
    fixture.caller(&second.token).await;
    assert_eq!(fixture.events(OPENID).await, [EventKind::LoginRepeated, EventKind::LoggedIn]);
}

#[tokio::test]
async fn a_login_is_repeatable_for_five_minutes_only() {
    let fixture = Fixture::default();
    // As long as WeChat knows the code. Where the clock has jumped, it was exchanged a moment ago.
    let login = fixture.login(answering(exchanged(OPENID, 1)));
    login.execute(repeatable()).await.unwrap();
    fixture.clock.advance(Duration::from_mins(5));
    let error = login.execute(repeatable()).await.unwrap_err();
    assert!(
        matches!(error, LoginError::Exchange(Answered { error: ExchangeError::CodeUsed, .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_repeated_login_leaves_a_token_that_was_used() {
    let fixture = Fixture::default();
    let login = fixture.login(answering(exchanged(OPENID, 1)));
    let first = login.execute(repeatable()).await.unwrap();
    fixture.caller(&first.token).await;
    fixture.flush_touches().await;
    login.execute(repeatable()).await.unwrap();
    fixture.caller(&first.token).await;
}

#[tokio::test]
async fn a_login_is_repeated_on_another_instance() {
    let fixture = Fixture::default();
    let first = fixture.login(answering(exchanged(OPENID, 1))).execute(repeatable()).await.unwrap();
    let elsewhere = fixture.another_instance().login(MockCodeExchange::new());
    let second = elsewhere.execute(repeatable()).await.unwrap();
    assert_eq!(first.session.identity, second.session.identity);
}

#[tokio::test]
async fn a_request_that_waited_on_another_instance_shares_the_token() {
    let fixture = Fixture::default();
    let (answer, answered) = tokio::sync::oneshot::channel();
    let (asked, was_asked) = tokio::sync::oneshot::channel();
    let first = tokio::spawn({
        let login = fixture.login(Waiting::new(asked, answered));
        async move { login.execute(repeatable()).await }
    });
    was_asked.await.unwrap();
    let second = tokio::spawn({
        let login = fixture.another_instance().login(MockCodeExchange::new());
        async move { login.execute(repeatable()).await }
    });
    fixture.clock.until_sleeping(1).await;
    answer.send(exchanged(OPENID, 1)).unwrap();
    let first = first.await.unwrap().unwrap();
    fixture.clock.advance(Duration::from_secs(1));
    let second = second.await.unwrap().unwrap();
    assert_eq!(first.token, second.token);
    assert_eq!(first.session.id, second.session.id);
}

#[tokio::test]
async fn a_code_under_another_idempotency_key_is_used() {
    let fixture = Fixture::default();
    let login = fixture.login(answering(exchanged(OPENID, 1)));
    login.execute(repeatable()).await.unwrap();
    let error = login.execute(command("code", Some("attempt-0002"))).await.unwrap_err();
    assert!(
        matches!(error, LoginError::Exchange(Answered { error: ExchangeError::CodeUsed, .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_login_that_was_logged_out_is_not_repeated() {
    let fixture = Fixture::default();
    let login = fixture.login(answering(exchanged(OPENID, 1)));
    let first = login.execute(repeatable()).await.unwrap();
    let caller = fixture.caller(&first.token).await;
    fixture.end_session().execute(&caller, &client()).await.unwrap();
    let error = login.execute(repeatable()).await.unwrap_err();
    assert!(
        matches!(error, LoginError::Exchange(Answered { error: ExchangeError::CodeUsed, .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_login_that_registered_is_repeated_until_it_is_logged_out() {
    let fixture = Fixture::default();
    let login = fixture.login(answering(exchanged(OPENID, 1)));
    let first = login.execute(repeatable()).await.unwrap();
    let command = fixture.registration(&first.token, 1, "n");
    let registered = fixture.register().execute(command).await.unwrap();
    let again = login.execute(repeatable()).await.unwrap();
    assert_eq!(user_of(again).id, registered.user.id);

    let fixture = Fixture::default();
    let login = fixture.login(answering(exchanged(OPENID, 1)));
    let first = login.execute(repeatable()).await.unwrap();
    let command = fixture.registration(&first.token, 1, "n");
    let registered = fixture.register().execute(command).await.unwrap();
    let caller = fixture.caller(&registered.token).await;
    fixture.end_all_sessions().execute(&caller, &client()).await.unwrap();
    let error = login.execute(repeatable()).await.unwrap_err();
    assert!(
        matches!(error, LoginError::Exchange(Answered { error: ExchangeError::CodeUsed, .. })),
        "{error:?}"
    );
    assert!(fixture.live_sessions(OPENID).await.is_empty());
}

#[tokio::test]
async fn a_failed_exchange_releases_the_code() {
    let fixture = Fixture::default();
    let mut exchange = MockCodeExchange::new();
    let mut answers = vec![Ok(exchanged(OPENID, 1)), Err(CallError::Unavailable(Trouble::Busy).into())];
    exchange
        .expect_exchange()
        .times(2)
        .returning(move |_, _| answers.pop().unwrap().map_err(ExchangeError::into));
    let login = fixture.login(exchange);
    let error = login.execute(repeatable()).await.unwrap_err();
    assert_eq!(error.recover(), Recover::Retry);
    login.execute(repeatable()).await.unwrap();
}

#[tokio::test]
async fn a_claim_is_taken_over_once_its_outcome_can_no_longer_come() {
    let fixture = Fixture::default();
    let (asked, was_asked) = tokio::sync::oneshot::channel();
    let (_never, answered) = tokio::sync::oneshot::channel();
    let login = fixture.login(Waiting::new(asked, answered));
    let holder = tokio::spawn(async move { login.execute(repeatable()).await });
    was_asked.await.unwrap();
    let waiting = tokio::spawn({
        let login = fixture.another_instance().login(MockCodeExchange::new());
        async move { login.execute(repeatable()).await }
    });
    fixture.clock.until_sleeping(1).await;
    fixture.clock.advance(Duration::from_secs(9));
    let error = waiting.await.unwrap().unwrap_err();
    assert!(matches!(error, LoginError::InProgress), "{error:?}");
    fixture.clock.advance(Duration::from_secs(7));
    let next = fixture.another_instance().login(answering(exchanged(OPENID, 1)));
    next.execute(repeatable()).await.unwrap();
    holder.abort();
}

#[tokio::test]
async fn a_client_that_hangs_up_does_not_take_the_code_with_it() {
    let fixture = Fixture::default();
    let (answer, answered) = tokio::sync::oneshot::channel();
    let (asked, was_asked) = tokio::sync::oneshot::channel();
    let login = Arc::new(fixture.login(Waiting::new(asked, answered)));
    let first = tokio::spawn({
        let login = Arc::clone(&login);
        async move { login.execute(repeatable()).await }
    });
    was_asked.await.unwrap();
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    answer.send(exchanged(OPENID, 1)).unwrap();
    login.execute(repeatable()).await.unwrap();
}

#[tokio::test]
async fn a_silent_app_registers_at_the_first_login() {
    let fixture = Fixture::with_apps(vec![app(APP, RegistrationMethod::Silent, None)]);
    let first = user_of(fixture.log_in(OPENID, 1).await);
    let second = user_of(fixture.log_in(OPENID, 2).await);
    assert_eq!(first.id, second.id);
}

#[tokio::test]
async fn apps_of_one_open_platform_share_their_users() {
    let third_app = "wxaaaaaaaaaaaaaaaa";
    let fixture = Fixture::with_apps(vec![
        app(APP, RegistrationMethod::Silent, Some("ours")),
        app(OTHER_APP, RegistrationMethod::OpenData, Some("ours")),
        app(third_app, RegistrationMethod::OpenData, Some("theirs")),
    ]);
    let here = user_of(fixture.log_in_at(APP, exchanged_with_union("o-here", 1, "u-1")).await);
    let there = user_of(fixture.log_in_at(OTHER_APP, exchanged_with_union("o-there", 1, "u-1")).await);
    assert_eq!(here.id, there.id);
    let stranger = fixture.log_in_at(third_app, exchanged_with_union("o-strange", 1, "u-1")).await;
    assert_eq!(stranger.standing, Standing::Unregistered);
}

#[tokio::test]
async fn a_user_without_a_union_gets_it_once_wechat_sends_it() {
    let fixture = Fixture::with_two_apps(RegistrationMethod::Silent);
    let before = user_of(fixture.log_in(OPENID, 1).await);
    assert_eq!(before.union, None);
    let after = user_of(fixture.log_in_at(APP, exchanged_with_union(OPENID, 1, "u-1")).await);
    assert_eq!((after.id, after.union.is_some()), (before.id, true));
    let there = user_of(fixture.log_in_at(OTHER_APP, exchanged_with_union("o-there", 1, "u-1")).await);
    assert_eq!(there.id, before.id);
}

mod waiting {
    use async_trait::async_trait;
    use domain::{
        app::AppId,
        login::{CodeExchange, ExchangeError, Exchanged, LoginCode},
        wechat::{Answered, CallError, Trouble},
    };
    use tokio::sync::{Mutex, oneshot};

    /// A WeChat that reports when it is asked, and answers once the test has sent the answer.
    pub(super) struct Waiting(Mutex<Option<(oneshot::Sender<()>, oneshot::Receiver<Exchanged>)>>);

    impl Waiting {
        pub(super) fn new(asked: oneshot::Sender<()>, answered: oneshot::Receiver<Exchanged>) -> Self {
            Self(Mutex::new(Some((asked, answered))))
        }
    }

    #[async_trait]
    impl CodeExchange for Waiting {
        async fn exchange(&self, _: &AppId, _: &LoginCode) -> Result<Exchanged, Answered<ExchangeError>> {
            let (asked, answered) = self.0.lock().await.take().unwrap();
            asked.send(()).unwrap();
            answered
                .await
                .map_err(|_| ExchangeError::from(CallError::Unavailable(Trouble::Unreachable)).into())
        }
    }
}

use waiting::Waiting;
