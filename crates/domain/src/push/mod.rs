//! Pushes: what WeChat tells the server of a Mini Program (消息推送).
//!
//! WeChat posts the events of an app to one URL, and takes `success` for an answer that the message arrived, or that
//! goods were delivered. Every message goes to the inbox, once. One about a person's data is applied in the commit that
//! adds it: a withdrawn authorisation erases what it named, a deleted WeChat account erases the person. Everything else
//! is for a back end of the team, whose answer WeChat is told. Where there is none, the message waits in the inbox, and
//! WeChat is told `success` only if it wants nothing more.

mod command;
mod message;
mod ports;
mod receive;
mod redeliver;
mod relay;
mod settings;
mod show;
mod user_data;
mod waiting;

use std::time::Duration;

#[cfg(feature = "mocks")]
pub use ports::{MockPushReader, MockPushRelay};

pub use command::PushCommand;
pub use message::{PushEvent, PushForm, PushFormat, PushMessage};
pub use ports::{
    PushAnswer, PushChange, PushFault, PushFilter, PushQuery, PushReader, PushRelay, PushUpdate, Pushes,
    RelayedPush,
};
pub use receive::{ReceivePush, ReceivePushCommand, ReceivePushError, ReceivePushPorts, ReceivedPush};
pub use redeliver::{RedeliverPush, RedeliverPushError};
pub use relay::{RelayPush, RelayPushError, RelayPushPorts};
pub use settings::{PushAesKey, PushSettings, PushToken};
pub use show::{ShowPush, ShowPushError};
pub use waiting::{RelayWaiting, Relayed};

pub use crate::ids::PushId;
use crate::{
    app::AppId,
    identity::OpenId,
    sealing::{SealError, Sealed, SealedPlace, Sealer},
    session::Digest,
    text::named,
    time::Timestamp,
    version::Version,
    webhook::WebhookOutcome,
};

/// How long messages stay in the inbox. One that was made earlier is refused: it cannot be told from a replay.
pub const KEPT: Duration = Duration::from_hours(30 * 24);

named! {
    /// What became of a message.
    PushState {
        /// It changed what is on record, or there was nothing to change.
        Applied = "applied",
        /// It is kept, and nothing else was done: it does not say whom it is about, or when it was made.
        Kept = "kept",
        /// It waits for a back end of the team.
        Waiting = "waiting",
        /// A back end of the team has dealt with it.
        Delivered = "delivered",
        /// It was tried for a day to pass it on to a back end, in vain.
        Undelivered = "undelivered",
    }
}

/// A message in the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// Its id, which sorts by time.
    pub id: PushId,
    /// The app whose message it is.
    pub app_id: AppId,
    /// What all deliveries of the message have in common.
    pub digest: Digest,
    /// Its `Event`, or its `MsgType` where it has none.
    pub event: PushEvent,
    /// Whom it is about.
    pub openid: Option<OpenId>,
    /// When it arrived first.
    pub received_at: Timestamp,
    /// What became of it.
    pub state: PushState,
    /// How often it was sent to a back end.
    pub tries: u32,
    /// When it is sent to a back end next; `None` where it is not.
    pub next_try_at: Option<Timestamp>,
    /// How the last try ended.
    pub outcome: Option<WebhookOutcome>,
    /// Its [content](PushContent) under a master key. `None` once the person was erased.
    pub content: Option<Sealed>,
    /// The version that was read; a change is applied while it is on record.
    pub version: Version,
}

/// What was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushContent {
    /// The message as a JSON object, with WeChat's own members.
    pub message: String,
    /// What a back end answered.
    pub answer: Option<String>,
}

/// What stands between message and answer. JSON never contains it.
const SEPARATOR: char = '\0';

impl PushContent {
    fn seal(&self, id: PushId, sealer: &dyn Sealer) -> Result<Sealed, SealError> {
        let Self { message, answer } = self;
        let text = match answer {
            Some(answer) => format!("{message}{SEPARATOR}{answer}"),
            None => message.clone(),
        };
        sealer.seal(text.as_bytes(), &place_of(id))
    }
}

impl Push {
    /// What was said; `None` once the person was erased.
    pub fn content(&self, sealer: &dyn Sealer) -> Result<Option<PushContent>, SealError> {
        let Some(sealed) = &self.content else { return Ok(None) };
        let text = sealer.open(sealed, &place_of(self.id))?;
        let text = str::from_utf8(&text).map_err(|_| SealError::Broken)?;
        let (message, answer) = match text.split_once(SEPARATOR) {
            Some((message, answer)) => (message, Some(answer.to_owned())),
            None => (text, None),
        };
        Ok(Some(PushContent { message: message.to_owned(), answer }))
    }
}

/// Where the content of a push rests.
pub(crate) fn place_of(id: PushId) -> SealedPlace {
    SealedPlace::in_table("push_inbox").at(id.as_uuid().as_bytes())
}
