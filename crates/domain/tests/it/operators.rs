//! Operators: made, signed in, disabled.

use std::{sync::Arc, time::Duration};

use crate::fixture::{Fixture, client};
use domain::{
    client::Origin,
    event::{Actor, EventFilter, EventKind},
    operator::{
        ABSOLUTE_LIFE, AddOperator, AuthenticateOperator, AuthenticateOperatorError, Credentials,
        DisableOperator, IDLE_LIFE, ManageOperatorError, ManageOperatorPorts, MockTotp, NewOperator,
        OperatorName, Password, Passwords, ResetOperator, Role, SecondFactor, SignIn, SignInCommand,
        SignInError, SignInPorts, SignOut, SignedIn, TotpSecret,
    },
    session::Token,
    time::{Clock, Timestamp},
};
use support::{PlainPasswords, PlainSealer};

const CODE: &str = "123456";

/// An app that shows one code in all steps.
fn totp() -> MockTotp {
    let mut totp = MockTotp::new();
    totp.expect_generate().returning(|| Ok(TotpSecret::new(vec![7; 20])));
    totp.expect_address().returning(|_, name| format!("otpauth:{name}"));
    totp.expect_step_of().returning(|code, secret, now: Timestamp| {
        let is_right = code.expose() == CODE && secret.expose() == [7; 20];
        is_right.then(|| u32::try_from(now.as_millis() / 30_000).unwrap())
    });
    totp
}

/// The use cases on one store.
struct Operators {
    fixture: Fixture,
    ports: ManageOperatorPorts,
    sign_in: SignIn,
    authenticate: AuthenticateOperator,
}

impl Operators {
    fn new() -> Self {
        let fixture = Fixture::default();
        let passwords: Arc<dyn Passwords> = Arc::new(PlainPasswords::default());
        let ports = ManageOperatorPorts {
            store: fixture.store(),
            passwords: passwords.clone(),
            totp: Arc::new(totp()),
            sealer: Arc::new(PlainSealer),
            ids: fixture.ids.clone(),
        };
        let sign_in = SignIn::new(SignInPorts {
            store: fixture.store(),
            passwords,
            totp: Arc::new(totp()),
            sealer: Arc::new(PlainSealer),
            tokens: fixture.tokens.clone(),
            ids: fixture.ids.clone(),
        });
        let authenticate =
            AuthenticateOperator::new(fixture.store(), fixture.tokens.clone(), fixture.clock.clone());
        Self { fixture, ports, sign_in, authenticate }
    }

    fn origin(&self) -> Origin {
        Origin { at: self.fixture.clock.now(), client: client() }
    }

    async fn add(
        &self,
        name: &str,
        role: Role,
        second: SecondFactor,
    ) -> Result<Credentials, ManageOperatorError> {
        let new = NewOperator { name: name.parse().unwrap(), role, second_factor: second };
        AddOperator::new(self.ports.clone()).execute(&new, &self.origin()).await
    }

    async fn sign_in(
        &self,
        name: &str,
        password: &Password,
        totp: Option<&str>,
    ) -> Result<SignedIn, SignInError> {
        let command = SignInCommand {
            name: name.parse().unwrap(),
            password: password.clone(),
            totp: totp.map(|code| code.parse().unwrap()),
            origin: self.origin(),
        };
        self.sign_in.execute(command).await
    }

    async fn is_signed_in(&self, token: &Token) -> bool {
        match self.authenticate.execute(token).await {
            Ok(_) => true,
            Err(AuthenticateOperatorError::NotSignedIn) => false,
            Err(error) => panic!("{error}"),
        }
    }
}

fn li() -> OperatorName {
    "li".parse().unwrap()
}

#[tokio::test]
async fn an_operator_signs_in_and_out() {
    let operators = Operators::new();
    let made = operators.add("li", Role::Viewer, SecondFactor::None).await.unwrap();
    assert_eq!(made.totp_address, None);
    let signed_in = operators.sign_in("li", &made.password, None).await.unwrap();
    let operator = operators.authenticate.execute(&signed_in.token).await.unwrap();
    assert_eq!((&operator.name, operator.role, operator.has_totp), (&li(), Role::Viewer, false));
    assert!(matches!(operator.check_may_change(), Err(AuthenticateOperatorError::ViewerOnly)));
    let sign_out = SignOut::new(operators.fixture.store(), operators.fixture.tokens.clone());
    for _ in 0..2 {
        sign_out.execute(&signed_in.token).await.unwrap();
        assert!(!operators.is_signed_in(&signed_in.token).await);
    }
    let events = operators.fixture.store().events().latest(&EventFilter::All, None, 9).await.unwrap();
    let found: Vec<_> = events.iter().map(|event| (event.kind, event.actor.clone())).collect();
    assert_eq!(
        found,
        [(EventKind::OperatorSignedIn, Actor::Operator(li())), (EventKind::OperatorAdded, Actor::Shell)]
    );
    assert_eq!(events[1].detail.as_ref().unwrap().as_str(), "li");
}

#[tokio::test]
async fn whoever_cannot_sign_in_is_not_told_why() {
    let operators = Operators::new();
    let made = operators.add("li", Role::Operator, SecondFactor::None).await.unwrap();
    let other = operators.add("han", Role::Operator, SecondFactor::None).await.unwrap();
    operators.add("disabled", Role::Operator, SecondFactor::None).await.unwrap();
    let disabled = ResetOperator::new(operators.ports.clone());
    let name = "disabled".parse().unwrap();
    let disabled = disabled.execute(&name, SecondFactor::None, &operators.origin()).await.unwrap();
    DisableOperator::new(operators.ports.clone()).execute(&name, &operators.origin()).await.unwrap();
    for (name, password) in
        [("li", &other.password), ("nobody", &made.password), ("disabled", &disabled.password)]
    {
        let refused = operators.sign_in(name, password, None).await;
        assert!(matches!(refused, Err(SignInError::Refused)), "{name}: {refused:?}");
    }
    assert!(operators.sign_in("li", &made.password, None).await.is_ok());
}

#[tokio::test]
async fn a_code_is_asked_for_after_the_password_and_is_good_once() {
    let operators = Operators::new();
    let made = operators.add("li", Role::Operator, SecondFactor::Totp).await.unwrap();
    assert_eq!(made.totp_address.as_deref(), Some("otpauth:li"));
    let wrong = "wrong".parse().unwrap();
    for (password, code, expected) in [
        (&wrong, None, "name, password or code is wrong"),
        (&made.password, None, "a code of the authenticator app is needed, too"),
        (&made.password, Some("000000"), "name, password or code is wrong"),
    ] {
        let refused = operators.sign_in("li", password, code).await.unwrap_err();
        assert_eq!(refused.to_string(), expected);
    }
    let signed_in = operators.sign_in("li", &made.password, Some(CODE)).await.unwrap();
    assert!(signed_in.operator.has_totp);
    let again = operators.sign_in("li", &made.password, Some(CODE)).await;
    assert!(matches!(again, Err(SignInError::Refused)), "{again:?}");
    operators.fixture.clock.advance(Duration::from_secs(30));
    assert!(operators.sign_in("li", &made.password, Some(CODE)).await.is_ok());
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle_and_in_any_case() {
    let operators = Operators::new();
    let made = operators.add("li", Role::Operator, SecondFactor::None).await.unwrap();
    let idle = operators.sign_in("li", &made.password, None).await.unwrap();
    let used = operators.sign_in("li", &made.password, None).await.unwrap();
    operators.fixture.clock.advance(IDLE_LIFE.checked_sub(Duration::from_secs(1)).unwrap());
    assert!(operators.is_signed_in(&used.token).await);
    operators.fixture.clock.advance(Duration::from_secs(1));
    assert!(!operators.is_signed_in(&idle.token).await);
    let step = IDLE_LIFE.checked_sub(Duration::from_mins(1)).unwrap();
    let end = operators.fixture.clock.now().minus(IDLE_LIFE).plus(ABSOLUTE_LIFE);
    while operators.fixture.clock.now().plus(step) < end {
        operators.fixture.clock.advance(step);
        assert!(operators.is_signed_in(&used.token).await);
    }
    operators.fixture.clock.set(end);
    assert!(!operators.is_signed_in(&used.token).await);
}

#[tokio::test]
async fn a_reset_and_a_disabling_end_the_sessions() {
    let operators = Operators::new();
    let made = operators.add("li", Role::Operator, SecondFactor::None).await.unwrap();
    let (reset, disable) =
        (ResetOperator::new(operators.ports.clone()), DisableOperator::new(operators.ports.clone()));
    let first = operators.sign_in("li", &made.password, None).await.unwrap();
    disable.execute(&li(), &operators.origin()).await.unwrap();
    disable.execute(&li(), &operators.origin()).await.unwrap();
    assert!(!operators.is_signed_in(&first.token).await);
    let second = reset.execute(&li(), SecondFactor::None, &operators.origin()).await.unwrap();
    assert!(matches!(operators.sign_in("li", &made.password, None).await, Err(SignInError::Refused)));
    let signed_in = operators.sign_in("li", &second.password, None).await.unwrap();
    reset.execute(&li(), SecondFactor::Totp, &operators.origin()).await.unwrap();
    assert!(!operators.is_signed_in(&signed_in.token).await);
}

#[tokio::test]
async fn names_are_used_once_and_have_to_be_there() {
    let operators = Operators::new();
    operators.add("li", Role::Operator, SecondFactor::None).await.unwrap();
    let again = operators.add("li", Role::Viewer, SecondFactor::None).await;
    assert!(matches!(again, Err(ManageOperatorError::Exists)), "{again:?}");
    let (nobody, origin) = ("nobody".parse().unwrap(), operators.origin());
    let reset = ResetOperator::new(operators.ports.clone());
    let reset = reset.execute(&nobody, SecondFactor::None, &origin).await;
    assert!(matches!(reset, Err(ManageOperatorError::NotFound)), "{reset:?}");
    let disabled = DisableOperator::new(operators.ports.clone()).execute(&nobody, &origin).await;
    assert!(matches!(disabled, Err(ManageOperatorError::NotFound)), "{disabled:?}");
}
