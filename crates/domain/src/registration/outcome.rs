use std::time::Duration;

use crate::{
    app::RegistrationMethod,
    client::ClientInfo,
    key_ring::Fit,
    open_data::{OpenDataFault, OpeningError, Payload, ProofError, SignedData},
    phone::{BindingError, ConfirmPhoneError, PhoneCodeCommand},
    recovery::{Recover, Recovery},
    sealing::SealError,
    session::{AuthenticateError, Session, Token},
    store_error::StoreError,
    user::User,
};

/// What becomes of the token of a session that registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenChange {
    /// A new one is issued and the old one ends.
    Renew,
    /// It stays: the tutorial's client would not learn of a new one.
    Keep,
}

/// What a user registers with.
#[derive(Clone, Debug)]
pub enum RegistrationData {
    /// Open data.
    OpenData {
        /// The signed text, which holds the profile. Only clients that do not know better send none:
        /// then the ciphertext has to do.
        signed: Option<SignedData>,
        /// The encrypted data, whose watermark tells app and time.
        payload: Payload,
    },
    /// A code of the phone button.
    Phone(PhoneCodeCommand),
}

/// A session that is to be registered.
#[derive(Clone, Debug)]
pub struct RegisterCommand {
    /// The token of the session that registers.
    pub token: Token,
    /// What its user registers with.
    pub data: RegistrationData,
    /// What becomes of the token.
    pub token_change: TokenChange,
    /// From where.
    pub client: ClientInfo,
}

/// Whether a registration made a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Novelty {
    /// It did.
    New,
    /// The user was there before.
    Known,
}

/// A registered session.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The session, under its token.
    pub session: Session,
    /// The token that counts from now on.
    pub token: Token,
    /// The user.
    pub user: User,
    /// Whether the user is new.
    pub novelty: Novelty,
    /// Which key the open data fitted; `None` for a phone code, and where the session was registered
    /// before and the data was not looked at.
    pub fit: Option<Fit>,
}

/// Why a registration failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RegisterError {
    /// The token opens nothing, or its user may not sign in.
    #[error(transparent)]
    Session(#[from] AuthenticateError),
    /// The app's users do not register in this way.
    #[error("the app's users do not register by {}", .0.as_str())]
    MethodNotAllowed(RegistrationMethod),
    /// The token is to stay, and the session was not opened by the tutorial's login.
    #[error("the session was not opened by the tutorial's login")]
    NotFromTutorial,
    /// The phone code brought no number.
    #[error(transparent)]
    Phone(#[from] ConfirmPhoneError),
    /// The phone number is another user's.
    #[error("the number is another user's")]
    PhoneTaken,
    /// No index key is configured, without which numbers cannot be kept.
    #[error("no index key is configured")]
    PhoneUnavailable,
    /// The signature fits no key this server holds.
    #[error("the signature fits no session_key on record")]
    SignatureMismatch,
    /// The data does not decrypt, or was not made for this session. The cause is for logs only.
    #[error("the data could not be decrypted")]
    Undecryptable(OpenDataFault),
    /// The watermark is too old, or too far ahead.
    #[error("the data is not fresh")]
    NotFresh,
    /// The unsigned data is of another kind than that of `wx.getUserInfo`.
    #[error("the data is not user info")]
    NotUserInfo,
    /// The current key at rest cannot be opened any more; a login brings another.
    #[error("the session_key on record cannot be opened")]
    KeyLost(#[source] SealError),
    /// A token could not be minted or sealed, or one at rest not opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Recovery for RegisterError {
    fn recover(&self) -> Recover {
        match self {
            Self::Session(error) => error.recover(),
            Self::SignatureMismatch | Self::Undecryptable(_) | Self::NotFresh => Recover::CollectAgain,
            Self::KeyLost(_) => Recover::LoginAgain,
            Self::MethodNotAllowed(_) | Self::NotFromTutorial | Self::NotUserInfo => Recover::FixRequest,
            Self::Phone(error) => error.recover(),
            Self::PhoneTaken | Self::PhoneUnavailable | Self::Seal(_) => Recover::Operator,
            Self::Store(_) => Recover::Retry,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Phone(error) => error.retry_after(),
            Self::Session(_)
            | Self::MethodNotAllowed(_)
            | Self::NotFromTutorial
            | Self::NotUserInfo
            | Self::PhoneTaken
            | Self::PhoneUnavailable
            | Self::SignatureMismatch
            | Self::Undecryptable(_)
            | Self::NotFresh
            | Self::KeyLost(_)
            | Self::Seal(_)
            | Self::Store(_) => self.recover().retry_after(),
        }
    }
}

impl From<BindingError> for RegisterError {
    fn from(error: BindingError) -> Self {
        match error {
            BindingError::Taken => Self::PhoneTaken,
            BindingError::Seal(error) => Self::Seal(error),
        }
    }
}

impl From<ProofError> for RegisterError {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::Opening(OpeningError::SignatureMismatch) => Self::SignatureMismatch,
            ProofError::Opening(OpeningError::Undecryptable(fault)) => Self::Undecryptable(fault),
            ProofError::Opening(OpeningError::KeyLost(error)) => Self::KeyLost(error),
            ProofError::NotFresh => Self::NotFresh,
            ProofError::NotUserInfo => Self::NotUserInfo,
        }
    }
}
