use std::time::Duration;

use async_trait::async_trait;

use super::{Push, PushForm, PushId, PushMessage, PushSettings, PushState, PushToken};
use crate::{
    app::AppId,
    ids::IdentityId,
    sealing::{SealError, Sealed},
    session::Digest,
    store_error::StoreError,
    text::named,
    time::Timestamp,
    version::Version,
    webhook::{WebhookEndpoint, WebhookFault, WebhookOutcome, WebhookResponse},
};

/// What WeChat adds to the address of a request, so that it can be verified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PushQuery {
    /// The signature of token, timestamp and nonce.
    pub signature: String,
    /// The signature of these and of the encrypted message.
    pub msg_signature: String,
    /// When it was signed, in seconds since the Unix epoch.
    pub timestamp: String,
    /// What makes the signature different each time.
    pub nonce: String,
}

named! {
    /// Why a push is not taken. For logs: outside, most of these look alike.
    #[derive(thiserror::Error)]
    #[error("{}", self.as_str())]
    PushFault {
        /// The signature is another one.
        InvalidSignature = "invalid_signature",
        /// The body is neither XML nor JSON, or has more than a message has: a DOCTYPE, entities, too many levels, too
        /// many bytes.
        Malformed = "malformed",
        /// The message is encrypted, too or only, and no key is configured.
        NoKey = "no_key",
        /// The message is not encrypted, although a key is configured.
        NotEncrypted = "not_encrypted",
        /// The ciphertext is not base64, or not a whole number of blocks.
        InvalidCiphertext = "invalid_ciphertext",
        /// The padding is wrong under every key.
        BadPadding = "bad_padding",
        /// The length inside is longer than the plaintext.
        InvalidLength = "invalid_length",
        /// The message was encrypted for another app.
        AppIdMismatch = "appid_mismatch",
    }
}

/// Verifies, decrypts and reads pushes, and writes the answers.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait PushReader: Send + Sync {
    /// Whether the request with this query was signed with `token`: SHA-1 of token, timestamp and nonce in the order of
    /// their bytes, compared in constant time.
    fn is_signed(&self, token: &PushToken, query: &PushQuery) -> bool;

    /// Verifies `body` and reads it: XML or JSON, in plain text where no key is configured, else encrypted. What is in
    /// plain text beside an encrypted message is not looked at.
    fn read(
        &self,
        app_id: &AppId,
        settings: &PushSettings,
        query: &PushQuery,
        body: &[u8],
    ) -> Result<PushMessage, PushFault>;

    /// Writes an answer in the form of the message: JSON becomes XML where the message was XML, and the newest key
    /// encrypts it where the message was encrypted.
    fn answer(
        &self,
        app_id: &AppId,
        settings: &PushSettings,
        form: PushForm,
        answer: &PushAnswer,
    ) -> Result<String, SealError>;
}

/// An answer to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushAnswer {
    /// What a back end answered.
    pub body: String,
    /// The nonce of the request.
    pub nonce: String,
    /// The current time.
    pub at: Timestamp,
}

/// A message on its way to a back end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelayedPush<'a> {
    /// Its id, the same at every try.
    pub id: PushId,
    /// The app whose message it is.
    pub app_id: &'a AppId,
    /// When it arrived first.
    pub received_at: Timestamp,
    /// The message as a JSON object, with WeChat's own members.
    pub message: &'a str,
}

/// Passes messages on to back ends of the team.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PushRelay: Send + Sync {
    /// Posts a message, signed by Standard Webhooks, and returns the whole answer if it is there within `limit`.
    async fn relay<'a>(
        &self,
        endpoint: &WebhookEndpoint,
        push: &RelayedPush<'a>,
        limit: Duration,
    ) -> Result<WebhookResponse, WebhookFault>;
}

/// What became of a message at a back end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushUpdate {
    /// Which message.
    pub id: PushId,
    /// The version it was decided on.
    pub version: Version,
    /// What became of it.
    pub state: PushState,
    /// How often it was sent to a back end since it began to wait.
    pub tries: u32,
    /// When it is sent next.
    pub next_try_at: Option<Timestamp>,
    /// How the last try ended.
    pub outcome: Option<WebhookOutcome>,
    /// Its content with the answer, sealed anew; `None` leaves what is there.
    pub content: Option<Sealed>,
}

impl PushUpdate {
    /// An update of `push` that leaves it as it is.
    pub(super) fn of(push: &Push) -> Self {
        let Push { id, version, state, tries, next_try_at, outcome, .. } = *push;
        Self { id, version, state, tries, next_try_at, outcome, content: None }
    }
}

/// A change to the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushChange {
    /// Adds a message. Conflicts where the app has one with the same digest.
    Add(Push),
    /// Writes what became of a message, and counts its version up. Conflicts where the version on record is not the one
    /// that is given here.
    Update(PushUpdate),
    /// Empties the messages about a person, those that the same commit adds before included: they stay as what was
    /// received, without openid and content, and are sent nowhere any more.
    Forget(IdentityId),
}

/// Which messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushFilter {
    /// Every message.
    All,
    /// Those in this state.
    State(PushState),
    /// Those about a person at one app.
    Identity(IdentityId),
}

/// The inbox.
#[async_trait]
pub trait Pushes: Send + Sync {
    /// The message with this id.
    async fn get(&self, id: PushId) -> Result<Option<Push>, StoreError>;

    /// The message of an app with this digest.
    async fn find(&self, app_id: &AppId, digest: &Digest) -> Result<Option<Push>, StoreError>;

    /// The latest messages of `filter` whose ids are below `before`, newest first, at most `limit`.
    async fn latest(
        &self,
        filter: &PushFilter,
        before: Option<PushId>,
        limit: u32,
    ) -> Result<Vec<Push>, StoreError>;

    /// The messages of an app that are to be sent to its back end by now, those that are due the longest first, at most
    /// `limit`.
    async fn due(&self, app_id: &AppId, now: Timestamp, limit: u32) -> Result<Vec<Push>, StoreError>;

    /// Removes up to `limit` of the messages with the lowest ids, of those that were minted before `before`, and
    /// returns how many were removed.
    async fn sweep(&self, before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
