use std::{sync::Arc, time::Duration};

use super::{PhoneCode, PhoneCodeError, PhoneNumber, PhoneNumbers, ports::unsealed};
use crate::{
    ids::IdentityId,
    one_time_code::{
        Claim, ClaimError, CodeAttempt, CodeAttemptChange, CodeKey, FlightKey, Flights, IdempotencyKey,
        RefusedCodes, Turn,
    },
    recovery::{Recover, Recovery},
    sealing::{SealError, Sealer},
    session::{Digest, Tokens},
    store::{Changes, Store},
    store_error::StoreError,
    tasks::Tasks,
    time::Clock,
    wechat::{Answer, Answered},
};

/// A code of the phone button.
#[derive(Clone, Debug)]
pub struct PhoneCodeCommand {
    /// The code.
    pub code: PhoneCode,
    /// The client's name for this attempt, if it wants to be able to repeat it.
    pub idempotency_key: Option<IdempotencyKey>,
}

/// What confirming numbers needs of the world.
#[derive(Clone)]
pub struct ConfirmPhonePorts {
    /// Where attempts are kept.
    pub store: Arc<dyn Store>,
    /// WeChat.
    pub phone_numbers: Arc<dyn PhoneNumbers>,
    /// Seals numbers.
    pub sealer: Arc<dyn Sealer>,
    /// Hashes codes.
    pub tokens: Arc<dyn Tokens>,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// Runs exchanges to their end when clients hang up.
    pub tasks: Arc<dyn Tasks>,
}

/// Why a code confirms no number.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ConfirmPhoneError {
    /// WeChat did not exchange the code.
    #[error(transparent)]
    Code(#[from] Answered<PhoneCodeError>),
    /// WeChat does not know the code, and it has the form of a code of `wx.login`.
    #[error("a login code was sent in the place of a phone code")]
    LoginCodeGiven,
    /// The code was used before, by another attempt.
    #[error("the phone code was used before")]
    CodeUsed,
    /// The same code is being exchanged, and that takes longer than a request may.
    #[error("the same phone code is still being exchanged")]
    InProgress,
    /// A number could not be sealed, or one at rest not opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ConfirmPhoneError {
    /// What WeChat answered, if that is why.
    pub const fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Code(refused) => refused.answer.as_ref(),
            Self::LoginCodeGiven | Self::CodeUsed | Self::InProgress | Self::Seal(_) | Self::Store(_) => None,
        }
    }
}

impl From<PhoneCodeError> for ConfirmPhoneError {
    fn from(error: PhoneCodeError) -> Self {
        Self::Code(error.into())
    }
}

impl From<ClaimError> for ConfirmPhoneError {
    fn from(error: ClaimError) -> Self {
        match error {
            ClaimError::CodeUsed => Self::CodeUsed,
            ClaimError::InProgress => Self::InProgress,
            ClaimError::Store(error) => error.into(),
        }
    }
}

impl Recovery for ConfirmPhoneError {
    fn recover(&self) -> Recover {
        match self {
            Self::Code(error) => error.recover(),
            Self::LoginCodeGiven | Self::CodeUsed => Recover::CollectAgain,
            Self::InProgress | Self::Store(_) => Recover::Retry,
            Self::Seal(_) => Recover::Operator,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Code(error) => error.retry_after(),
            Self::LoginCodeGiven | Self::CodeUsed | Self::InProgress | Self::Store(_) | Self::Seal(_) => {
                self.recover().retry_after()
            }
        }
    }
}

/// Turns phone codes into numbers. Clones share what is in flight.
#[derive(Clone)]
pub struct ConfirmPhones {
    exchanging: Arc<Exchanging>,
    flights: Arc<Flights<Result<PhoneNumber, ConfirmPhoneError>>>,
}

impl ConfirmPhones {
    /// Confirms with these ports.
    pub fn new(ports: ConfirmPhonePorts) -> Self {
        let exchanging = Exchanging { ports, refused: RefusedCodes::new() };
        Self { exchanging: Arc::new(exchanging), flights: Arc::default() }
    }

    /// The number that the code stands for. Requests for the same code share one exchange.
    pub(crate) async fn confirm(
        &self,
        identity: &IdentityId,
        command: &PhoneCodeCommand,
    ) -> Result<PhoneNumber, ConfirmPhoneError> {
        let (exchanging, identity) = (Arc::clone(&self.exchanging), identity.clone());
        let ConfirmPhonePorts { tokens, tasks, .. } = &self.exchanging.ports;
        // Whose the code is takes part: nobody shares, claims or spoils the attempt of somebody else.
        let code_hash = tokens.digest(&format!("{}\0{}", identity.openid, command.code.expose()));
        let key = CodeKey { app_id: identity.app_id.clone(), code_hash };
        let idempotency_hash = command.idempotency_key.as_ref().map(|key| tokens.digest(key.expose()));
        let flight = FlightKey { code: key.clone(), idempotency_hash };
        let command = command.clone();
        let begin = || async move {
            match idempotency_hash {
                None => exchanging.exchange(&identity, &command.code, &key).await,
                Some(hash) => exchanging.exchange_once(&identity, &command.code, key, hash).await,
            }
        };
        // A flight is cut off as the server stops.
        let result = self.flights.join(&**tasks, flight, begin).await;
        result.unwrap_or(Err(ConfirmPhoneError::InProgress))
    }
}

/// Exchanges codes.
struct Exchanging {
    ports: ConfirmPhonePorts,
    refused: RefusedCodes<Answered<PhoneCodeError>>,
}

impl Exchanging {
    /// Exchanges a code under a claim, so that it can be repeated: the first request exchanges it, the others
    /// get the number that it brought. A claim is never taken over: the code of an abandoned one may be used
    /// and paid for, and the user has to tap the phone button again.
    async fn exchange_once(
        &self,
        identity: &IdentityId,
        code: &PhoneCode,
        key: CodeKey,
        idempotency_hash: Digest,
    ) -> Result<PhoneNumber, ConfirmPhoneError> {
        let ConfirmPhonePorts { store, clock, sealer, .. } = &self.ports;
        let openid = Some(identity.openid.clone());
        let claim = Claim { store: &**store, clock: &**clock, key, idempotency_hash, openid };
        let ours = match claim.turn().await? {
            Turn::Exchange(ours) => ours,
            Turn::Take { attempt, outcome, .. } => return Ok(unsealed(&attempt.open(&outcome, &**sealer)?)?),
            Turn::Abandoned(_) => return Err(PhoneCodeError::AnswerLost.into()),
        };
        let exchanged = self.exchange(identity, code, &ours.key).await;
        match &exchanged {
            // It is recorded before anything is decided about it. Where that fails, it still counts for this
            // request.
            Ok(number) => {
                let _ = self.record(ours, number).await;
            }
            Err(_) => claim.release(ours).await,
        }
        exchanged
    }

    async fn record(&self, seen: CodeAttempt, number: &PhoneNumber) -> Result<(), ConfirmPhoneError> {
        let next = seen.exchanged(number.to_sealed_text().as_bytes(), &*self.ports.sealer)?;
        self.ports.store.commit(Changes::from_iter([CodeAttemptChange::Replace { seen, next }])).await?;
        Ok(())
    }

    async fn exchange(
        &self,
        identity: &IdentityId,
        code: &PhoneCode,
        key: &CodeKey,
    ) -> Result<PhoneNumber, ConfirmPhoneError> {
        let result = match self.refused.find(key, self.ports.clock.now()) {
            Some(error) => Err(error),
            None => self.ports.phone_numbers.exchange(identity, code).await,
        };
        if let Err(refused) = &result
            && refused.error.is_final()
        {
            self.refused.insert(key.clone(), refused.clone(), self.ports.clock.now());
        }
        result.map_err(|refused| match refused.error {
            PhoneCodeError::InvalidCode if code.looks_like_login_code() => ConfirmPhoneError::LoginCodeGiven,
            PhoneCodeError::InvalidCode | PhoneCodeError::AnswerLost | PhoneCodeError::Call(_) => {
                refused.into()
            }
        })
    }
}
