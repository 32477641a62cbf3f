//! What gateways and back ends learn of a token.

use std::{sync::Arc, time::Duration};

use crate::fixture::{APP, Fixture, OPENID, OTHER_APP, client, exchanged_with_union};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    app::RegistrationMethod,
    assertion::{
        Assertion, IssueAssertion, IssueAssertionPorts, RotateSigningKeys, RotateSigningKeysPorts,
        SigningKeyRing,
    },
    introspection::{Introspect, IntrospectCommand, IntrospectError, IntrospectPorts, Introspected},
    service::{Scope, Service, ServiceError},
    session::{AuthenticateError, Digest, FindSessionDetails, SessionState, Token},
    verification::{Unregistered, Verified, Verify, VerifyCommand, VerifyError, VerifyPorts},
};
use support::{PlainAssertionSigner, PlainSealer};

/// One instance that verifies: what it keeps lasts from one call to the next.
struct Gateway {
    verify: Verify,
    rotate: RotateSigningKeys,
    ring: Arc<SigningKeyRing>,
}

fn gateway(fixture: &Fixture) -> Gateway {
    let signer = Arc::new(PlainAssertionSigner::default());
    let ring: Arc<SigningKeyRing> = Arc::default();
    let rotate = RotateSigningKeys::new(RotateSigningKeysPorts {
        store: fixture.store(),
        signer: signer.clone(),
        sealer: Arc::new(PlainSealer),
        clock: fixture.clock.clone(),
        ids: fixture.ids.clone(),
        ring: ring.clone(),
    });
    let issue = IssueAssertion::new(IssueAssertionPorts {
        signer,
        clock: fixture.clock.clone(),
        ring: ring.clone(),
        rotate: rotate.clone(),
        issuer: "https://login.example.org".parse().unwrap(),
    });
    let verify = Verify::new(VerifyPorts {
        authenticate: Arc::new(fixture.authenticate()),
        details: details(fixture),
        issue: Some(Arc::new(issue)),
    });
    Gateway { verify, rotate, ring }
}

fn details(fixture: &Fixture) -> Arc<FindSessionDetails> {
    Arc::new(FindSessionDetails::new(fixture.store(), fixture.clock.clone()))
}

fn command(token: &Token) -> VerifyCommand {
    VerifyCommand { token: token.clone(), unregistered: Unregistered::Refuse, audience: None }
}

impl Gateway {
    async fn verified(&self, token: &Token) -> Verified {
        self.verify.execute(command(token)).await.unwrap()
    }

    async fn assertion(&self, token: &Token) -> Assertion {
        self.verified(token).await.assertion.unwrap()
    }

    fn generations(&self) -> Vec<u32> {
        self.ring.published().iter().map(|key| key.generation.number()).collect()
    }
}

/// The parts of an assertion as text.
fn parts(assertion: &Assertion) -> (String, String) {
    let decode = |part: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    let mut parts = assertion.expose().split('.');
    (decode(parts.next().unwrap()), decode(parts.next().unwrap()))
}

#[tokio::test]
async fn a_users_token_is_verified_with_an_assertion() {
    let fixture = Fixture::default();
    let (token, caller) = fixture.registered().await;
    let verified = gateway(&fixture).verified(&token).await;
    assert_eq!(verified.caller, caller);
    assert_eq!(verified.details.identity.openid.as_str(), OPENID);
    let (_, payload) = parts(&verified.assertion.unwrap());
    for part in [
        format!("\"sub\":\"{}\"", caller.state.user_id().unwrap()),
        format!("\"sid\":\"{}\"", caller.session_id),
        format!("\"openid\":\"{OPENID}\""),
    ] {
        assert!(payload.contains(&part), "{payload}");
    }
}

#[tokio::test]
async fn a_stranger_passes_only_where_that_is_allowed_and_without_an_assertion() {
    let fixture = Fixture::default();
    let token = fixture.log_in(OPENID, 1).await.token;
    let gateway = gateway(&fixture);
    let error = gateway.verify.execute(command(&token)).await.unwrap_err();
    assert!(matches!(error, VerifyError::NotRegistered), "{error:?}");
    let allowed = VerifyCommand { unregistered: Unregistered::Allow, ..command(&token) };
    let verified = gateway.verify.execute(allowed).await.unwrap();
    assert_eq!((verified.caller.state, verified.assertion), (SessionState::Unregistered, None));
}

#[tokio::test]
async fn an_ended_session_and_a_blocked_user_are_refused_at_once() {
    let fixture = Fixture::default();
    let (token, caller) = fixture.registered().await;
    let gateway = gateway(&fixture);
    fixture.refresh_revocations().await;
    gateway.verified(&token).await;
    fixture.end_session().execute(&caller, &client()).await.unwrap();
    let error = gateway.verify.execute(command(&token)).await.unwrap_err();
    assert!(matches!(error, VerifyError::Session(AuthenticateError::Revoked(_))), "{error:?}");

    let token = fixture.log_in(OPENID, 1).await.token;
    gateway.verified(&token).await;
    fixture.block_user().execute(&fixture.account_command(caller.state.user_id().unwrap())).await.unwrap();
    let error = gateway.verify.execute(command(&token)).await.unwrap_err();
    assert!(matches!(error, VerifyError::Session(AuthenticateError::UserBlocked)), "{error:?}");
}

#[tokio::test]
async fn an_assertion_is_kept_until_a_minute_before_its_end() {
    let fixture = Fixture::default();
    let (token, _) = fixture.registered().await;
    let gateway = gateway(&fixture);
    let first = gateway.assertion(&token).await;
    fixture.clock.advance(Duration::from_mins(4) - Duration::from_millis(1));
    assert_eq!(gateway.assertion(&token).await, first);
    fixture.clock.advance(Duration::from_millis(1));
    let second = gateway.assertion(&token).await;
    assert_ne!(second, first);
    let audience = Some("orders".parse().unwrap());
    let other = gateway.verify.execute(VerifyCommand { audience, ..command(&token) }).await.unwrap();
    let (_, payload) = parts(&other.assertion.unwrap());
    assert!(payload.contains("\"aud\":\"orders\""), "{payload}");
    assert_eq!(gateway.assertion(&token).await, second);
}

#[tokio::test]
async fn no_assertion_outlives_its_session() {
    let fixture = Fixture::default();
    let (token, caller) = fixture.registered().await;
    let gateway = gateway(&fixture);
    let nearly_over = caller.expires_at.minus(Duration::from_secs(90));
    fixture.clock.advance(nearly_over.distance(fixture.now()));
    let (_, payload) = parts(&gateway.assertion(&token).await);
    let end = caller.expires_at.as_millis() / 1_000;
    assert!(payload.contains(&format!("\"exp\":{end}")), "{payload}");
}

#[tokio::test]
async fn keys_are_the_same_on_every_instance_and_rotate() {
    let fixture = Fixture::default();
    let (one, other) = (gateway(&fixture), gateway(&fixture.another_instance()));
    let (first, second) = tokio::join!(one.rotate.execute(), other.rotate.execute());
    first.unwrap();
    second.unwrap();
    assert_eq!(one.ring.published(), other.ring.published());
    assert_eq!(one.generations(), [1]);
    let kid = |gateway: &Gateway| gateway.ring.published()[0].id.to_string();
    let first_kid = kid(&one);

    fixture.clock.advance(Duration::from_hours(29 * 24));
    one.rotate.execute().await.unwrap();
    assert_eq!(one.generations(), [2, 1]);
    let (token, _) = fixture.registered().await;
    let (header, _) = parts(&one.assertion(&token).await);
    assert!(header.contains(&first_kid), "the next key does not sign yet: {header}");

    fixture.clock.advance(Duration::from_hours(24));
    let token = fixture.log_in(OPENID, 1).await.token;
    let (header, _) = parts(&one.assertion(&token).await);
    assert!(header.contains(&kid(&one)), "it does now, without another look: {header}");
    assert_eq!(other.generations(), [1], "this instance has not looked");
    other.rotate.execute().await.unwrap();
    assert_eq!(other.generations(), [2, 1]);

    fixture.clock.advance(Duration::from_hours(24));
    one.rotate.execute().await.unwrap();
    assert_eq!(one.generations(), [2]);
}

fn service(scopes: &[Scope], app: Option<&str>) -> Service {
    Service {
        id: "shop".parse().unwrap(),
        secret_hash: Digest::new([1; 32]),
        scopes: scopes.to_vec(),
        apps: app.map(|app| vec![app.parse().unwrap()]),
    }
}

fn introspect(fixture: &Fixture) -> Introspect {
    Introspect::new(IntrospectPorts {
        authenticate: Arc::new(fixture.authenticate()),
        details: details(fixture),
        apps: fixture.apps.clone(),
    })
}

fn asking(token: &Token) -> IntrospectCommand {
    IntrospectCommand {
        service: service(&[Scope::Introspect], None),
        token: Some(token.clone()),
        unregistered: Unregistered::Refuse,
    }
}

async fn is_active(introspect: &Introspect, command: IntrospectCommand) -> bool {
    matches!(introspect.execute(command).await.unwrap(), Introspected::Active(..))
}

#[tokio::test]
async fn only_a_good_token_of_an_app_of_the_service_is_active() {
    let fixture = Fixture::with_two_apps(RegistrationMethod::Silent);
    let token = fixture.log_in_at(OTHER_APP, exchanged_with_union(OPENID, 1, "oUnion")).await.token;
    let introspect = introspect(&fixture);
    let Introspected::Active(caller, details) = introspect.execute(asking(&token)).await.unwrap() else {
        panic!("the token is good");
    };
    assert_eq!(caller, fixture.caller(&token).await);
    assert_eq!(details.unionid.as_ref().unwrap().as_str(), "oUnion");
    assert_eq!(details.identity.app_id.as_str(), OTHER_APP);

    for (app, expected) in [(OTHER_APP, true), (APP, false)] {
        let service = service(&[Scope::Introspect], Some(app));
        assert_eq!(is_active(&introspect, IntrospectCommand { service, ..asking(&token) }).await, expected);
    }
    assert!(!is_active(&introspect, IntrospectCommand { token: None, ..asking(&token) }).await);
    let unknown = format!("ys_{}", "x".repeat(43)).parse().unwrap();
    assert!(!is_active(&introspect, asking(&unknown)).await);
    fixture.end_session().execute(&caller, &client()).await.unwrap();
    assert!(!is_active(&introspect, asking(&token)).await);
}

#[tokio::test]
async fn a_strangers_token_is_active_only_where_that_is_allowed() {
    let fixture = Fixture::default();
    let token = fixture.log_in(OPENID, 1).await.token;
    let introspect = introspect(&fixture);
    assert!(!is_active(&introspect, asking(&token)).await);
    let allowed = IntrospectCommand { unregistered: Unregistered::Allow, ..asking(&token) };
    assert!(is_active(&introspect, allowed).await);
}

#[tokio::test]
async fn a_service_without_the_scope_learns_nothing() {
    let fixture = Fixture::default();
    let (token, _) = fixture.registered().await;
    let service = service(&[Scope::Users, Scope::Sign], None);
    let error = introspect(&fixture).execute(IntrospectCommand { service, ..asking(&token) }).await;
    let error = error.unwrap_err();
    assert!(
        matches!(error, IntrospectError::Service(ServiceError::MissingScope(Scope::Introspect))),
        "{error:?}"
    );
}
