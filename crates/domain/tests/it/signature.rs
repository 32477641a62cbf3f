//! Signatures for services.

use std::sync::Arc;

use crate::fixture::{APP, Fixture, OPENID, OTHER_APP, app, client, identity, key};
use domain::{
    app::{App, AppKey, Offer, PaymentEnv, RegistrationMethod},
    client::ClientInfo,
    event::{Actor, EventFilter, EventKind},
    service::{Scope, Service, ServiceError},
    session::{AuthenticateError, Digest, NamedSessionError, SessionReference, Tokens},
    session_key_check::{KeyState, MockSessionKeyCheck},
    signature::{
        JsonObject, JsonText, JsonValue, KeyCheck, Message, Payment, PaymentUri, Sign, SignCommand,
        SignError, SignPorts, Signed, Signer,
    },
    wechat::{CallError, Trouble},
};
use support::{PlainSealer, PlainSigner};

const BODY: &str = r#"{"openid":"oABCDEFGHIJKLMNOPQRSTUVWXYZ0","env":0,"order_id":"order-1"}"#;

fn app_key() -> AppKey {
    "the-live-app-key".parse().unwrap()
}

fn with_offer() -> App {
    let offer = Offer { id: "1450000001".parse().unwrap(), app_key: Some(app_key()), sandbox_app_key: None };
    App { offers: vec![offer], ..app(APP, RegistrationMethod::OpenData, None) }
}

fn fixture() -> Fixture {
    Fixture::with_apps(vec![with_offer(), app(OTHER_APP, RegistrationMethod::OpenData, None)])
}

fn sign_with(fixture: &Fixture, check: MockSessionKeyCheck) -> Sign {
    Sign::new(SignPorts {
        store: fixture.store(),
        check: Arc::new(check),
        signer: Arc::new(PlainSigner),
        sealer: Arc::new(PlainSealer),
        clock: fixture.clock.clone(),
        ids: fixture.ids.clone(),
        apps: fixture.apps.clone(),
    })
}

/// Signs without WeChat.
fn signing(fixture: &Fixture) -> Sign {
    sign_with(fixture, MockSessionKeyCheck::new())
}

fn service() -> Service {
    let secret_hash = Digest::new([1; 32]);
    Service { id: "shop".parse().unwrap(), secret_hash, scopes: vec![Scope::Sign], apps: None }
}

fn body(uri: PaymentUri) -> Message {
    let text = |name: &str, text: &str| (name.to_owned(), JsonValue::Text(text.to_owned()));
    let members =
        vec![text("openid", OPENID), ("env".to_owned(), JsonValue::Number(0)), text("order_id", "order-1")];
    let text = JsonText::try_new(BODY.to_owned(), |_| JsonObject::try_new(members)).unwrap();
    Message::Payment(Payment { uri, text, env: PaymentEnv::Live, offer_id: None })
}

fn command(fixture: &Fixture, token: &domain::session::Token) -> SignCommand {
    SignCommand {
        service: service(),
        session: SessionReference::Token(fixture.tokens.digest(token.expose())),
        message: body(PaymentUri::CurrencyPay),
        key_check: KeyCheck::Skip,
        client: client(),
    }
}

/// What the key with these bytes and the appKey sign.
fn signed_with(number: u8) -> Signed {
    Signed {
        sign_data: None,
        signature: PlainSigner.sign(&key(number), BODY.as_bytes()),
        pay_sig: Some(PlainSigner.sign_payment(&app_key(), "/xpay/currency_pay", BODY.as_bytes())),
    }
}

#[tokio::test]
async fn the_newest_key_signs_and_the_event_is_on_record() {
    let fixture = fixture();
    let login = fixture.log_in(OPENID, 1).await;
    let command = command(&fixture, &login.token);
    let sign = signing(&fixture);
    assert_eq!(sign.execute(command.clone()).await.unwrap(), signed_with(1));
    fixture.log_in(OPENID, 2).await;
    assert_eq!(sign.execute(command.clone()).await.unwrap(), signed_with(2), "in the older session, too");
    let by_id = SignCommand { session: SessionReference::Id(login.session.id), ..command };
    let calendar = Message::CalendarPath("pages/index/index".parse().unwrap());
    let signed = sign.execute(SignCommand { message: calendar, ..by_id }).await.unwrap();
    assert_eq!((&signed.sign_data, &signed.pay_sig), (&None, &None));
    assert_eq!(signed.signature, PlainSigner.sign(&key(2), b"pages/index/index"));

    let events =
        fixture.store().events().latest(&EventFilter::Identity(identity(OPENID)), None, 3).await.unwrap();
    let [calendar, newest, _] = &*events else { panic!("three events") };
    let actor = Actor::Service("shop".parse().unwrap());
    for (event, detail) in [(calendar, "phone_calendar"), (newest, "xpay:order-1")] {
        assert_eq!((event.kind, &event.actor, &event.client), (EventKind::Signed, &actor, &client()));
        assert_eq!(event.detail.as_ref().unwrap().as_str(), detail);
        assert_eq!(event.subject.session_id, Some(login.session.id));
    }
}

#[tokio::test]
async fn a_key_that_wechat_calls_stale_does_not_sign() {
    let fixture = fixture();
    let login = fixture.log_in(OPENID, 1).await;
    let live = SignCommand { key_check: KeyCheck::Live, ..command(&fixture, &login.token) };
    let answering = |answer: Result<KeyState, CallError>| {
        let mut check = MockSessionKeyCheck::new();
        check.expect_check().times(1).returning(move |id, signature| {
            assert_eq!((id, signature), (&identity(OPENID), &PlainSigner.sign(&key(1), b"")));
            answer
        });
        sign_with(&fixture, check)
    };
    assert_eq!(answering(Ok(KeyState::Live)).execute(live.clone()).await.unwrap(), signed_with(1));
    let stale = answering(Ok(KeyState::Stale)).execute(live.clone()).await.unwrap_err();
    assert!(matches!(stale, SignError::Stale), "{stale:?}");
    let failed = CallError::Unavailable(Trouble::TimedOut);
    let failed = answering(Err(failed)).execute(live).await.unwrap_err();
    assert!(matches!(failed, SignError::Call(CallError::Unavailable(Trouble::TimedOut))), "{failed:?}");
    assert_eq!(fixture.events(OPENID).await, [EventKind::Signed, EventKind::LoggedIn]);
}

#[tokio::test]
async fn wechat_is_not_asked_about_a_text_that_may_not_be_signed() {
    let fixture = fixture();
    let login = fixture.log_in("oOther", 1).await;
    let live = SignCommand { key_check: KeyCheck::Live, ..command(&fixture, &login.token) };
    let refused = signing(&fixture).execute(live).await.unwrap_err();
    let SignError::Refused(faults) = refused else { panic!("{refused:?}") };
    assert_eq!(faults[0].to_string(), "body.openid must be the openid of the session");
    assert_eq!(fixture.events("oOther").await, [EventKind::LoggedIn]);
}

#[tokio::test]
async fn a_service_signs_for_its_apps_and_for_live_sessions_only() {
    let fixture = fixture();
    let (token, caller) = fixture.registered().await;
    let command = command(&fixture, &token);
    let sign = signing(&fixture);
    let without_scope = Service { scopes: vec![Scope::Introspect], ..service() };
    let refused = SignCommand { service: without_scope, ..command.clone() };
    let refused = sign.execute(refused).await.unwrap_err();
    assert!(matches!(refused, SignError::Service(ServiceError::MissingScope(Scope::Sign))), "{refused:?}");
    let of_other_app = Service { apps: Some(vec![OTHER_APP.parse().unwrap()]), ..service() };
    let refused = SignCommand { service: of_other_app, ..command.clone() };
    let refused = sign.execute(refused).await.unwrap_err();
    assert!(matches!(refused, SignError::Service(ServiceError::OtherApp)), "{refused:?}");
    let unknown = SessionReference::Token(Digest::new([9; 32]));
    let refused = sign.execute(SignCommand { session: unknown, ..command.clone() }).await.unwrap_err();
    let SignError::Session(NamedSessionError::Session(error)) = refused else { panic!("{refused:?}") };
    assert!(matches!(error, AuthenticateError::Unknown), "{error:?}");
    let other = Fixture::with_apps(vec![app(OTHER_APP, RegistrationMethod::OpenData, None)]);
    let without_app = Fixture { apps: other.apps, ..fixture.clone() };
    let refused = signing(&without_app).execute(command.clone()).await.unwrap_err();
    let SignError::Session(NamedSessionError::Session(error)) = refused else { panic!("{refused:?}") };
    assert!(matches!(error, AuthenticateError::Unknown), "{error:?}");
    sign.execute(command.clone()).await.unwrap();
    fixture.block_user().execute(&fixture.account_command(caller.state.user_id().unwrap())).await.unwrap();
    let refused = sign.execute(command).await.unwrap_err();
    let SignError::Session(NamedSessionError::Session(error)) = refused else { panic!("{refused:?}") };
    assert!(matches!(error, AuthenticateError::UserBlocked), "{error:?}");
}

#[tokio::test]
async fn an_app_without_an_offer_or_a_key_needs_an_operator() {
    let fixture = fixture();
    let login = fixture.log_in_at(OTHER_APP, crate::fixture::exchanged(OPENID, 1)).await;
    let command = SignCommand { client: ClientInfo::default(), ..command(&fixture, &login.token) };
    let sign = signing(&fixture);
    let refused = sign.execute(command).await.unwrap_err();
    assert!(matches!(refused, SignError::NoOffer), "{refused:?}");
}
