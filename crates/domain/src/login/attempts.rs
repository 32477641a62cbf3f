use zeroize::Zeroizing;

use crate::{
    ids::SessionId,
    one_time_code::CodeAttempt,
    sealing::{SealError, Sealed, Sealer},
    session::Token,
};

/// What repetitions of a login need to know of it: the session that was opened, and its token.
pub(super) struct LoginOutcome {
    pub(super) session_id: SessionId,
    pub(super) token: Token,
}

impl LoginOutcome {
    /// `attempt` with this outcome.
    pub(super) fn end(&self, attempt: &CodeAttempt, sealer: &dyn Sealer) -> Result<CodeAttempt, SealError> {
        let text = Zeroizing::new(format!("{} {}", self.session_id, self.token.expose()));
        attempt.exchanged(text.as_bytes(), sealer)
    }

    /// The outcome of `attempt`.
    pub(super) fn of(
        attempt: &CodeAttempt,
        outcome: &Sealed,
        sealer: &dyn Sealer,
    ) -> Result<Self, SealError> {
        let opened = attempt.open(outcome, sealer)?;
        let (session_id, token) =
            str::from_utf8(&opened).ok().and_then(|text| text.split_once(' ')).ok_or(SealError::Broken)?;
        Ok(Self {
            session_id: session_id.parse().map_err(|_| SealError::Broken)?,
            token: token.parse().map_err(|_| SealError::Broken)?,
        })
    }
}
