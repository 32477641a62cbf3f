use std::{fmt, sync::Arc};

use super::{Operator, OperatorChange, OperatorName, Password, PasswordHash, Passwords, Role, Totp};
use crate::{
    client::Origin,
    event::{Actor, Event, EventDetail, EventKind, Subject},
    ids::{EventId, Ids},
    recovery::{Recover, Recovery},
    sealing::{SealError, Sealed, Sealer},
    store::{Attempt, Changes, Store},
    store_error::StoreError,
    version::Version,
};

/// What managing operators needs of the world.
#[derive(Clone)]
pub struct ManageOperatorPorts {
    /// Where operators are kept.
    pub store: Arc<dyn Store>,
    /// Makes passwords.
    pub passwords: Arc<dyn Passwords>,
    /// Makes the secrets of codes.
    pub totp: Arc<dyn Totp>,
    /// Seals them.
    pub sealer: Arc<dyn Sealer>,
    /// Mints ids of events.
    pub ids: Arc<dyn Ids>,
}

/// Whether an operator needs a code of an authenticator app to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// No: the password suffices.
    None,
    /// Yes, a time-based one.
    Totp,
}

/// Somebody is to become an operator.
#[derive(Clone, Debug)]
pub struct NewOperator {
    /// Under which name.
    pub name: OperatorName,
    /// What they may do.
    pub role: Role,
    /// What they need to sign in beside the password.
    pub second_factor: SecondFactor,
}

/// What an operator signs in with. It is shown once.
pub struct Credentials {
    /// The password.
    pub password: Password,
    /// The `otpauth:` address for an authenticator app, if codes are needed.
    pub totp_address: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// Why an operator was not changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ManageOperatorError {
    /// The name is taken.
    #[error("there is an operator of this name: `yaoshi operators reset` gives them another password")]
    Exists,
    /// There is no such operator.
    #[error("there is no operator of this name: `yaoshi operators list` tells all")]
    NotFound,
    /// A secret could not be made or sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for ManageOperatorError {
    fn recover(&self) -> Recover {
        match self {
            Self::Exists | Self::NotFound => Recover::FixRequest,
            Self::Seal(_) => Recover::Operator,
            Self::Store(_) => Recover::Retry,
        }
    }
}

/// Credentials, and what is kept of them.
struct Made {
    credentials: Credentials,
    hash: PasswordHash,
    totp: Option<Sealed>,
}

impl ManageOperatorPorts {
    async fn make(&self, name: &OperatorName, second: SecondFactor) -> Result<Made, ManageOperatorError> {
        let password = self.passwords.generate()?;
        let hash = self.passwords.hash(&password).await?;
        let (totp, totp_address) = match second {
            SecondFactor::None => (None, None),
            SecondFactor::Totp => {
                let secret = self.totp.generate()?;
                let sealed = self.sealer.seal(secret.expose(), &Operator::totp_place(name))?;
                (Some(sealed), Some(self.totp.address(&secret, name)))
            }
        };
        Ok(Made { credentials: Credentials { password, totp_address }, hash, totp })
    }

    async fn find(&self, name: &OperatorName) -> Result<Operator, ManageOperatorError> {
        self.store.operators().find(name).await?.ok_or(ManageOperatorError::NotFound)
    }

    /// The event that somebody at the server's machine changed an operator.
    fn event(&self, kind: EventKind, name: &OperatorName, origin: &Origin) -> Event {
        let event = Event::new(EventId::mint(&*self.ids, origin.at), kind, Subject::default(), origin);
        // A name has the form of a detail.
        let detail = name.as_str().parse::<EventDetail>().ok();
        Event { detail, ..event }.by(Actor::Shell)
    }
}

/// Makes somebody an operator.
pub struct AddOperator {
    ports: ManageOperatorPorts,
}

impl AddOperator {
    /// Adds operators to the store.
    pub const fn new(ports: ManageOperatorPorts) -> Self {
        Self { ports }
    }

    /// Adds the operator, and returns what they sign in with.
    pub async fn execute(
        &self,
        new: &NewOperator,
        origin: &Origin,
    ) -> Result<Credentials, ManageOperatorError> {
        let Self { ports } = self;
        let made = ports.make(&new.name, new.second_factor).await?;
        let operator = Operator {
            name: new.name.clone(),
            role: new.role,
            password: made.hash,
            totp: made.totp,
            totp_step: None,
            disabled_at: None,
            created_at: origin.at,
            signed_in_at: None,
            version: Version::FIRST,
        };
        let add = || async {
            if ports.store.operators().find(&new.name).await?.is_some() {
                return Err(ManageOperatorError::Exists);
            }
            let mut changes = Changes::default();
            changes.push(OperatorChange::Add(operator.clone()));
            changes.push(ports.event(EventKind::OperatorAdded, &new.name, origin));
            Ok(Attempt::new(changes, ()))
        };
        ports.store.settle(add).await?;
        Ok(made.credentials)
    }
}

/// Gives an operator another password, and lets one who was disabled sign in again.
pub struct ResetOperator {
    ports: ManageOperatorPorts,
}

impl ResetOperator {
    /// Changes operators in the store.
    pub const fn new(ports: ManageOperatorPorts) -> Self {
        Self { ports }
    }

    /// Ends the operator's sessions, and returns what they sign in with from now on.
    pub async fn execute(
        &self,
        name: &OperatorName,
        second_factor: SecondFactor,
        origin: &Origin,
    ) -> Result<Credentials, ManageOperatorError> {
        let Self { ports } = self;
        ports.find(name).await?;
        let Made { credentials, hash, totp } = ports.make(name, second_factor).await?;
        let reset = || async {
            let operator = ports.find(name).await?;
            let mut changes = Changes::default();
            changes.push(OperatorChange::Update(Operator {
                password: hash.clone(),
                totp: totp.clone(),
                totp_step: None,
                disabled_at: None,
                ..operator
            }));
            changes.push(OperatorChange::EndSessions(name.clone()));
            changes.push(ports.event(EventKind::OperatorReset, name, origin));
            Ok::<_, ManageOperatorError>(Attempt::new(changes, ()))
        };
        ports.store.settle(reset).await?;
        Ok(credentials)
    }
}

/// Keeps an operator from signing in.
pub struct DisableOperator {
    ports: ManageOperatorPorts,
}

impl DisableOperator {
    /// Changes operators in the store.
    pub const fn new(ports: ManageOperatorPorts) -> Self {
        Self { ports }
    }

    /// Disables the operator and ends their sessions.
    pub async fn execute(&self, name: &OperatorName, origin: &Origin) -> Result<(), ManageOperatorError> {
        let Self { ports } = self;
        let disable = || async {
            let operator = ports.find(name).await?;
            if operator.disabled_at.is_some() {
                return Ok(Attempt::unchanged(()));
            }
            let mut changes = Changes::default();
            changes.push(OperatorChange::Update(Operator { disabled_at: Some(origin.at), ..operator }));
            changes.push(OperatorChange::EndSessions(name.clone()));
            changes.push(ports.event(EventKind::OperatorDisabled, name, origin));
            Ok::<_, ManageOperatorError>(Attempt::new(changes, ()))
        };
        ports.store.settle(disable).await
    }
}
