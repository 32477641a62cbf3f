use std::collections::BTreeMap;

use domain::{
    app::AppId,
    push::{PushFault, PushMessage, PushQuery, PushReader, PushSettings, PushToken},
    session::Tokens,
};
use serde_json::Value;

use crate::SequenceTokens;

/// Reads pushes in JSON. Their signature is the token itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlainPushReader;

impl PushReader for PlainPushReader {
    fn is_signed(&self, token: &PushToken, query: &PushQuery) -> bool {
        query.signature == token.expose()
    }

    fn read(
        &self,
        _: &AppId,
        settings: &PushSettings,
        query: &PushQuery,
        body: &[u8],
    ) -> Result<PushMessage, PushFault> {
        if !self.is_signed(&settings.token, query) {
            return Err(PushFault::InvalidSignature);
        }
        let json = str::from_utf8(body).map_err(|_| PushFault::Malformed)?;
        let members: BTreeMap<String, Value> =
            serde_json::from_str(json).map_err(|_| PushFault::Malformed)?;
        let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        let members = members.into_iter().map(|(name, value)| (name, text(value))).collect();
        let digest = SequenceTokens::default().digest(json);
        Ok(PushMessage { json: json.to_owned(), members, digest })
    }
}
