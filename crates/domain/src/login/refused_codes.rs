use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use quick_cache::sync::Cache;

use super::{AttemptKey, CodeExchange, ExchangeError, Exchanged, LoginCode};
use crate::{
    app::AppId,
    session::Tokens,
    time::{Clock, Timestamp},
};

/// How long a code could have been valid (wx.login's page).
const VALID_FOR: Duration = Duration::from_mins(5);

/// The most codes that are remembered, a few megabytes.
const CAPACITY: usize = 10_000;

/// Does not ask WeChat again about a code that it refused, for as long as the code could have been valid:
/// the answer would be the same, and each call counts against the app's limits.
pub(super) struct RefusedCodes {
    exchange: Arc<dyn CodeExchange>,
    tokens: Arc<dyn Tokens>,
    clock: Arc<dyn Clock>,
    refused: Cache<AttemptKey, Refused>,
}

#[derive(Clone)]
struct Refused {
    error: ExchangeError,
    until: Timestamp,
}

impl RefusedCodes {
    /// Remembers what `exchange` refused.
    pub(super) fn new(
        exchange: Arc<dyn CodeExchange>,
        tokens: Arc<dyn Tokens>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { exchange, tokens, clock, refused: Cache::new(CAPACITY) }
    }
}

#[async_trait]
impl CodeExchange for RefusedCodes {
    async fn exchange(&self, app: &AppId, code: &LoginCode) -> Result<Exchanged, ExchangeError> {
        let key = AttemptKey { app_id: app.clone(), code_hash: self.tokens.digest(code.expose()) };
        if let Some(refused) = self.refused.get(&key)
            && self.clock.now() < refused.until
        {
            return Err(refused.error);
        }
        let result = self.exchange.exchange(app, code).await;
        if let Err(error) = &result
            && is_final(error)
        {
            let until = self.clock.now().plus(VALID_FOR);
            self.refused.insert(key, Refused { error: error.clone(), until });
        }
        result
    }
}

/// Whether the code will be refused again, whenever it is sent.
const fn is_final(error: &ExchangeError) -> bool {
    match error {
        ExchangeError::InvalidCode
        | ExchangeError::CodeUsed
        | ExchangeError::AnswerLost
        | ExchangeError::UserBlocked => true,
        ExchangeError::Call(_) => false,
    }
}
