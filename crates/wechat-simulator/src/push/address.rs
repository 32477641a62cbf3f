//! Where and how WeChat pushes an app's messages.

use std::fmt;

use axum::{
    Json,
    extract::{Path, State},
    http::{Uri, uri::Scheme},
};
use serde_json::{Value, json};

use super::PushAnswer;
use crate::{
    Simulator, SimulatorError, fields::Fields, message_encryption, message_encryption::EncodingAesKey, random,
};

/// An app's settings of message push (消息推送配置).
#[derive(Clone, PartialEq, Eq)]
pub struct PushAddress {
    url: Uri,
    pub(super) token: String,
    pub(super) mode: PushMode,
    pub(super) format: PushFormat,
}

/// How messages are protected (消息加密方式).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushMode {
    /// `plain` (明文模式): only the query is signed.
    Plain,
    /// `compat` (兼容模式): the message stands in the body twice, plain and encrypted.
    Compat(EncodingAesKey),
    /// `secure` (安全模式): the message is encrypted.
    Secure(EncodingAesKey),
}

/// The format of messages (数据格式).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PushFormat {
    /// `json`
    #[default]
    Json,
    /// `xml`
    Xml,
}

impl PushAddress {
    /// Fails unless `url` is an http URL and `token` has 3 to 32 letters and digits. WeChat's ports are not
    /// required.
    pub fn try_new(
        url: &str,
        token: impl Into<String>,
        mode: PushMode,
        format: PushFormat,
    ) -> Result<Self, SimulatorError> {
        let uri = url.parse().ok().filter(|uri: &Uri| uri.scheme() == Some(&Scheme::HTTP));
        let url = uri.ok_or_else(|| SimulatorError::invalid_field("url", "must be an http URL"))?;
        let token = token.into();
        if !(3..=32).contains(&token.len()) || !token.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(SimulatorError::invalid_field("token", "must be 3 to 32 letters and digits"));
        }
        Ok(Self { url, token, mode, format })
    }

    /// Reads the members `url`, `token`, `mode`, `encoding_aes_key` and `format`.
    pub(crate) fn read(mut fields: Fields) -> Result<Self, SimulatorError> {
        let [url, token] = [fields.required_text("url")?, fields.required_text("token")?];
        let mode = match fields.optional_text("mode")?.as_deref() {
            None | Some("plain") => PushMode::Plain,
            Some("compat") => PushMode::Compat(fields.required_text("encoding_aes_key")?.parse()?),
            Some("secure") => PushMode::Secure(fields.required_text("encoding_aes_key")?.parse()?),
            Some(_) => return Err(fields.invalid("mode", "must be one of plain, compat, secure")),
        };
        let format = match fields.optional_text("format")?.as_deref() {
            None | Some("json") => PushFormat::Json,
            Some("xml") => PushFormat::Xml,
            Some(_) => return Err(fields.invalid("format", "must be json or xml")),
        };
        fields.reject_unknown()?;
        Self::try_new(&url, token, mode, format)
    }

    /// The URL with more parameters in its query.
    pub(super) fn url_with(&self, query: &str) -> String {
        let separator = if self.url.query().is_some() { '&' } else { '?' };
        format!("{}{separator}{query}", self.url)
    }
}

impl fmt::Debug for PushAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushAddress")
            .field("url", &self.url)
            .field("mode", &self.mode)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

impl Simulator {
    /// Sets the app's push address, if its server passes WeChat's verification of the URL: it has to answer
    /// the `echostr` of a signed request, unchanged.
    pub async fn set_push_address(&self, app_id: &str, address: PushAddress) -> Result<(), SimulatorError> {
        self.world.apps.get(app_id)?;
        self.verify_url(&address).await?;
        self.world.apps.set_push_address(app_id, Some(address))
    }

    /// Removes the app's push address. What waits to be sent to it is given up.
    pub fn remove_push_address(&self, app_id: &str) -> Result<(), SimulatorError> {
        self.world.apps.set_push_address(app_id, None)
    }

    async fn verify_url(&self, address: &PushAddress) -> Result<(), SimulatorError> {
        let timestamp = self.world.clock.now_seconds().to_string();
        let nonce = u32::from_le_bytes(random::bytes()).to_string();
        let echostr = u64::from_le_bytes(random::bytes()).to_string();
        let signature = message_encryption::signature(&address.token, &timestamp, &nonce);
        let query = format!("signature={signature}&timestamp={timestamp}&nonce={nonce}&echostr={echostr}");
        let message = match self.world.push_client.get(&address.url_with(&query)).await {
            PushAnswer::Response { status: 200, body } if body == echostr => return Ok(()),
            PushAnswer::Response { status, body } => {
                format!(
                    "the server answered {status} {body:?} to the verification, not the echostr {echostr:?}"
                )
            }
            PushAnswer::Error(error) => format!("the server did not answer the verification: {error}"),
        };
        Err(SimulatorError::invalid_field("url", message))
    }
}

pub(super) async fn set(
    State(simulator): State<Simulator>,
    Path(app_id): Path<String>,
    fields: Fields,
) -> Result<Json<Value>, SimulatorError> {
    simulator.set_push_address(&app_id, PushAddress::read(fields)?).await?;
    Ok(Json(json!({})))
}

pub(super) async fn remove(
    State(simulator): State<Simulator>,
    Path(app_id): Path<String>,
) -> Result<Json<Value>, SimulatorError> {
    simulator.remove_push_address(&app_id)?;
    Ok(Json(json!({})))
}
