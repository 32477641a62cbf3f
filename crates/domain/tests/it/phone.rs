//! Phone numbers: what WeChat is asked, whose a number is, and how its exchange is repeated.

use std::{
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use crate::fixture::{APP, Fixture, OPENID, OTHER_APP, app, client, exchanged, exchanged_with_union};
use async_trait::async_trait;
use domain::{
    app::{App, PhoneJoin, RegistrationMethod},
    event::EventKind,
    identity::IdentityId,
    phone::{
        BindPhoneCommand, BindPhoneError, ConfirmPhoneError, GetPhoneError, MockPhoneNumbers, PhoneCode,
        PhoneCodeCommand, PhoneCodeError, PhoneNumber, PhoneNumbers,
    },
    recovery::{Recover, Recovery},
    registration::{Novelty, RegisterCommand, RegisterError, RegistrationData, TokenChange},
    session::{AuthenticateError, Caller, Token},
    wechat::{Answered, CallError, Trouble},
};
use futures::future::join_all;

const OTHER_OPENID: &str = "oABCDEFGHIJKLMNOPQRSTUVWXYZ1";
const NUMBER: &str = "13800138000";
const TAP: Option<&str> = Some("the-first-tap");

/// A WeChat that gives this number for a code, and is asked exactly once.
fn giving(number: &'static str) -> MockPhoneNumbers {
    let mut wechat = MockPhoneNumbers::new();
    wechat.expect_exchange().times(1).return_once(move |_, _| Ok(phone(number)));
    wechat
}

/// A WeChat that fails with these errors, one after the other.
fn failing(errors: impl IntoIterator<Item = PhoneCodeError>) -> MockPhoneNumbers {
    let mut wechat = MockPhoneNumbers::new();
    for error in errors {
        wechat.expect_exchange().times(1).return_once(move |_, _| Err(error.into()));
    }
    wechat
}

/// A WeChat that counts how often it is asked, and does not answer.
#[derive(Clone, Default)]
struct Hanging(Arc<AtomicU32>);

#[async_trait]
impl PhoneNumbers for Hanging {
    async fn exchange(&self, _: &IdentityId, _: &PhoneCode) -> Result<PhoneNumber, Answered<PhoneCodeError>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        pending().await
    }
}

/// One WeChat of several use cases.
#[derive(Clone)]
struct Shared(Arc<MockPhoneNumbers>);

#[async_trait]
impl PhoneNumbers for Shared {
    async fn exchange(
        &self,
        identity: &IdentityId,
        code: &PhoneCode,
    ) -> Result<PhoneNumber, Answered<PhoneCodeError>> {
        self.0.exchange(identity, code).await
    }
}

fn phone(number: &str) -> PhoneNumber {
    PhoneNumber::try_new("86", number).unwrap()
}

fn code(code: &str, idempotency_key: Option<&str>) -> PhoneCodeCommand {
    let idempotency_key = idempotency_key.map(|key| key.parse().unwrap());
    PhoneCodeCommand { code: code.parse().unwrap(), idempotency_key }
}

fn binding(caller: Caller, idempotency_key: Option<&str>) -> BindPhoneCommand {
    BindPhoneCommand { caller, code: code("phone-code", idempotency_key), client: client() }
}

fn registration(token: &Token, idempotency_key: Option<&str>) -> RegisterCommand {
    RegisterCommand {
        token: token.clone(),
        data: RegistrationData::Phone(code("phone-code", idempotency_key)),
        token_change: TokenChange::Renew,
        client: client(),
    }
}

/// An app whose users register by phone.
fn by_phone(id: &str, phone_join: PhoneJoin) -> App {
    App { phone_join, ..app(id, RegistrationMethod::Phone, None) }
}

fn fixture() -> Fixture {
    let both = vec![RegistrationMethod::OpenData, RegistrationMethod::Phone];
    Fixture::with_apps(vec![App { registration: both, ..by_phone(APP, PhoneJoin::Never) }])
}

async fn number_of(fixture: &Fixture, caller: &Caller) -> Option<String> {
    match fixture.get_phone().execute(caller).await {
        Ok(bound) => Some(bound.number.e164()),
        Err(GetPhoneError::NoPhone) => None,
        Err(error) => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn a_number_is_bound_replaced_and_removed() {
    let fixture = fixture();
    let (_, caller) = fixture.registered().await;
    assert_eq!(number_of(&fixture, &caller).await, None);
    for number in [NUMBER, "13900139000"] {
        let bound = fixture.bind_phone(giving(number)).execute(binding(caller, None)).await.unwrap();
        assert_eq!(bound.number, phone(number));
        assert_eq!(number_of(&fixture, &caller).await, Some(format!("+86{number}")));
    }
    fixture.clock.advance(Duration::from_secs(1));
    let again = fixture.bind_phone(giving("13900139000")).execute(binding(caller, None)).await.unwrap();
    assert_ne!(again.bound_at, fixture.origin().at, "it is theirs since before");
    for _ in 0..2 {
        fixture.unbind_phone().execute(&caller, &client()).await.unwrap();
        assert_eq!(number_of(&fixture, &caller).await, None);
    }
    let events = fixture.events(OPENID).await;
    let of_phones = [EventKind::PhoneUnbound, EventKind::PhoneBound, EventKind::PhoneBound];
    assert_eq!(events[..3], of_phones);
}

#[tokio::test]
async fn a_number_rests_sealed_and_is_one_users() {
    let fixture = fixture();
    let (_, caller) = fixture.registered().await;
    fixture.bind_phone(giving(NUMBER)).execute(binding(caller, None)).await.unwrap();
    let user = caller.state.user_id().unwrap();
    let on_record = fixture.store().phones().of_user(user).await.unwrap().unwrap();
    assert!(!format!("{on_record:?}").contains(NUMBER));
    let other = fixture.log_in(OTHER_OPENID, 2).await;
    let error = fixture.register_with(giving(NUMBER)).execute(registration(&other.token, None)).await;
    let error = error.unwrap_err();
    assert!(matches!(error, RegisterError::PhoneTaken), "{error:?}");
    assert_eq!(error.recover(), Recover::Operator);
    assert_eq!(fixture.record(OTHER_OPENID).await.identity.user_id, None);
    fixture.unbind_phone().execute(&caller, &client()).await.unwrap();
    let registered = fixture.register_with(giving(NUMBER)).execute(registration(&other.token, None)).await;
    assert_eq!(registered.unwrap().novelty, Novelty::New);
}

#[tokio::test]
async fn an_erased_user_leaves_no_number() {
    let fixture = fixture();
    let (_, caller) = fixture.registered().await;
    fixture.bind_phone(giving(NUMBER)).execute(binding(caller, None)).await.unwrap();
    let user = caller.state.user_id().unwrap();
    fixture.erase_user().execute(&fixture.account_command(user)).await.unwrap();
    assert_eq!(fixture.store().phones().of_user(user).await.unwrap(), None);
}

#[tokio::test]
async fn no_code_is_spent_where_nothing_can_be_bound() {
    let fixture = fixture();
    let stranger = fixture.log_in(OPENID, 1).await;
    let caller = fixture.caller(&stranger.token).await;
    let unasked = MockPhoneNumbers::new;
    let error = fixture.bind_phone(unasked()).execute(binding(caller, None)).await.unwrap_err();
    assert!(matches!(error, BindPhoneError::NotRegistered), "{error:?}");
    let (token, caller) = fixture.registered().await;
    let known = fixture.register_with(unasked()).execute(registration(&token, None)).await.unwrap();
    assert_eq!((known.novelty, known.token), (Novelty::Known, token.clone()));
    fixture.end_session().execute(&caller, &client()).await.unwrap();
    let error = fixture.bind_phone(unasked()).execute(binding(caller, None)).await.unwrap_err();
    assert!(matches!(error, BindPhoneError::Session(AuthenticateError::Revoked(_))), "{error:?}");
    let error = fixture.register_with(unasked()).execute(registration(&token, None)).await.unwrap_err();
    assert!(matches!(error, RegisterError::Session(AuthenticateError::Revoked(_))), "{error:?}");
    let only_open_data = Fixture::default();
    let stranger = only_open_data.log_in(OPENID, 1).await;
    let refused = only_open_data.register_with(unasked()).execute(registration(&stranger.token, None)).await;
    let error = refused.unwrap_err();
    assert!(matches!(error, RegisterError::MethodNotAllowed(RegistrationMethod::Phone)), "{error:?}");
    assert_eq!(error.recover(), Recover::FixRequest);
}

#[tokio::test]
async fn an_exchange_is_repeated_on_any_instance_without_asking_again() {
    let fixture = fixture();
    let (_, caller) = fixture.registered().await;
    let first = fixture.bind_phone(giving(NUMBER)).execute(binding(caller, TAP)).await.unwrap();
    let other = fixture.another_instance();
    let unasked = other.bind_phone(MockPhoneNumbers::new());
    fixture.clock.advance(Duration::from_secs(299));
    assert_eq!(unasked.execute(binding(caller, TAP)).await.unwrap(), first);
    let error = unasked.execute(binding(caller, Some("the-second-tap"))).await.unwrap_err();
    assert!(matches!(error, BindPhoneError::Confirm(ConfirmPhoneError::CodeUsed)), "{error:?}");
    // The code is dead by now: WeChat need not be asked.
    fixture.clock.advance(Duration::from_secs(1));
    let error = unasked.execute(binding(caller, TAP)).await.unwrap_err();
    assert!(matches!(error, BindPhoneError::Confirm(ConfirmPhoneError::CodeUsed)), "{error:?}");
}

#[tokio::test]
async fn many_at_once_share_one_exchange() {
    let fixture = fixture();
    let (_, caller) = fixture.registered().await;
    for idempotency_key in [None, TAP] {
        let bind = fixture.bind_phone(giving(NUMBER));
        let bound = join_all((0..24).map(|_| bind.execute(binding(caller, idempotency_key)))).await;
        assert!(bound.iter().all(|bound| bound.as_ref().unwrap().number == phone(NUMBER)));
    }
}

#[tokio::test]
async fn a_claim_is_never_taken_over() {
    let fixture = fixture();
    let (_, caller) = fixture.registered().await;
    let wechat = Hanging::default();
    // The first instance stops before its answer arrives.
    let stopped = tokio::spawn({
        let bind = fixture.bind_phone(wechat.clone());
        async move { bind.execute(binding(caller, TAP)).await }
    });
    while wechat.0.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    stopped.abort();
    let other = fixture.another_instance().bind_phone(MockPhoneNumbers::new());
    let waiting = other.execute(binding(caller, TAP));
    let pass = async {
        loop {
            fixture.clock.until_sleeping(1).await;
            fixture.clock.advance(Duration::from_millis(500));
            tokio::task::yield_now().await;
        }
    };
    let result = tokio::select! { result = waiting => result, () = pass => unreachable!() };
    let error = result.unwrap_err();
    assert!(matches!(error, BindPhoneError::Confirm(ConfirmPhoneError::InProgress)), "{error:?}");
    assert_eq!(error.recover(), Recover::Retry);
    fixture.clock.advance(Duration::from_secs(15));
    let error = other.execute(binding(caller, TAP)).await.unwrap_err();
    let is_lost = matches!(
        error,
        BindPhoneError::Confirm(ConfirmPhoneError::Code(Answered { error: PhoneCodeError::AnswerLost, .. }))
    );
    assert!(is_lost, "{error:?}");
    assert_eq!(error.recover(), Recover::CollectAgain);
    assert_eq!(wechat.0.load(Ordering::Relaxed), 1);
    // The next tap brings another code.
    let next = BindPhoneCommand { code: code("next-code", Some("the-second-tap")), ..binding(caller, None) };
    fixture.bind_phone(giving(NUMBER)).execute(next).await.unwrap();
}

#[tokio::test]
async fn what_wechat_refuses_may_be_sent_again_only_if_that_can_help() {
    let fixture = fixture();
    let (_, caller) = fixture.registered().await;
    for idempotency_key in [None, TAP] {
        let busy = PhoneCodeError::Call(CallError::Unavailable(Trouble::Busy));
        let bind = fixture.bind_phone(failing([busy, PhoneCodeError::InvalidCode]));
        let error = bind.execute(binding(caller, idempotency_key)).await.unwrap_err();
        assert_eq!((error.recover(), error.retry_after().is_some()), (Recover::Retry, true), "{error:?}");
        for _ in 0..3 {
            let error = bind.execute(binding(caller, idempotency_key)).await.unwrap_err();
            assert_eq!(error.recover(), Recover::CollectAgain, "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_number_that_was_removed_is_not_given_again_by_its_code() {
    let fixture = fixture();
    let (_, caller) = fixture.registered().await;
    let bind = fixture.bind_phone(giving(NUMBER));
    bind.execute(binding(caller, TAP)).await.unwrap();
    fixture.unbind_phone().execute(&caller, &client()).await.unwrap();
    // Nothing at rest knows the number, and WeChat is not asked a second time.
    let error = bind.execute(binding(caller, TAP)).await.unwrap_err();
    assert_eq!(error.recover(), Recover::CollectAgain, "{error:?}");
}

#[tokio::test]
async fn nobody_spoils_the_code_of_somebody_else() {
    let fixture = fixture();
    let (_, caller) = fixture.registered().await;
    let thief = fixture.log_in(OTHER_OPENID, 2).await;
    let mut wechat = MockPhoneNumbers::new();
    let mine = |identity: &IdentityId| identity.openid.as_str() == OPENID;
    wechat
        .expect_exchange()
        .withf(move |identity, _| mine(identity))
        .times(1)
        .return_once(|_, _| Ok(phone(NUMBER)));
    wechat.expect_exchange().times(1).return_once(|_, _| Err(PhoneCodeError::InvalidCode.into()));
    let wechat = Shared(Arc::new(wechat));
    let register = fixture.register_with(wechat.clone());
    let error = register.execute(registration(&thief.token, TAP)).await.unwrap_err();
    assert!(matches!(error, RegisterError::Phone(_)), "{error:?}");
    fixture.bind_phone(wechat).execute(binding(caller, TAP)).await.unwrap();
}

#[tokio::test]
async fn a_registration_by_phone_is_repeated_with_the_old_token() {
    let fixture = fixture();
    let login = fixture.log_in(OPENID, 1).await;
    let register = fixture.register_with(giving(NUMBER));
    let first = register.execute(registration(&login.token, TAP)).await.unwrap();
    assert_eq!((first.novelty, first.fit), (Novelty::New, None));
    let again = register.execute(registration(&login.token, TAP)).await.unwrap();
    assert_eq!((again.novelty, again.token), (Novelty::Known, first.token.clone()));
    let caller = fixture.caller(&first.token).await;
    assert_eq!(number_of(&fixture, &caller).await, Some(format!("+86{NUMBER}")));
    assert_eq!(
        fixture.events(OPENID).await,
        [EventKind::Registered, EventKind::PhoneBound, EventKind::LoggedIn]
    );
}

#[tokio::test]
async fn a_registration_joins_the_user_with_the_number_where_the_app_says_so() {
    for (phone_join, joins) in [(PhoneJoin::Never, false), (PhoneJoin::Always, true)] {
        let fixture = Fixture::with_apps([APP, OTHER_APP].map(|id| by_phone(id, phone_join)).into());
        let here = fixture.log_in(OPENID, 1).await;
        let first = fixture.register_with(giving(NUMBER)).execute(registration(&here.token, None)).await;
        let user = first.unwrap().user;
        let there = fixture.log_in_at(OTHER_APP, exchanged("oElsewhere", 2)).await;
        let second = fixture.register_with(giving(NUMBER)).execute(registration(&there.token, None)).await;
        if joins {
            let second = second.unwrap();
            assert_eq!((second.user.id, second.novelty), (user.id, Novelty::Known));
        } else {
            assert!(matches!(second, Err(RegisterError::PhoneTaken)), "{second:?}");
        }
    }
}

#[tokio::test]
async fn a_blocked_user_is_joined_by_nobody() {
    let fixture = Fixture::with_apps(vec![by_phone(APP, PhoneJoin::Always)]);
    let first = fixture.log_in(OPENID, 1).await;
    let first =
        fixture.register_with(giving(NUMBER)).execute(registration(&first.token, None)).await.unwrap();
    fixture.block_user().execute(&fixture.account_command(first.user.id)).await.unwrap();
    let second = fixture.log_in(OTHER_OPENID, 2).await;
    let error = fixture.register_with(giving(NUMBER)).execute(registration(&second.token, None)).await;
    let error = error.unwrap_err();
    assert!(matches!(error, RegisterError::Session(AuthenticateError::UserBlocked)), "{error:?}");
}

#[tokio::test]
async fn the_same_person_at_another_app_counts_for_more_than_a_number() {
    let apps = [APP, OTHER_APP]
        .map(|id| App { phone_join: PhoneJoin::Always, ..app(id, RegistrationMethod::Phone, Some("ours")) });
    let fixture = Fixture::with_apps(apps.into());
    let login = async |app, openid, unionid| {
        fixture.log_in_at(app, exchanged_with_union(openid, 1, unionid)).await.token
    };
    let register = async |token: &Token, number| {
        fixture.register_with(giving(number)).execute(registration(token, None)).await
    };
    // Both are unregistered at both apps when they log in.
    let (alice, alice_there) = (login(APP, OPENID, "alice").await, login(OTHER_APP, "oAlice", "alice").await);
    let bob_there = login(OTHER_APP, "oBob", "bob").await;
    let user = register(&alice, NUMBER).await.unwrap().user;
    let bob = register(&bob_there, "13900139000").await.unwrap().user;
    assert_ne!(user.id, bob.id);
    // She is the same person there; the number that she gives is another user's.
    let error = register(&alice_there, "13900139000").await.unwrap_err();
    assert!(matches!(error, RegisterError::PhoneTaken), "{error:?}");
    let joined = register(&alice_there, NUMBER).await.unwrap();
    assert_eq!(joined.user.id, user.id);
}
