//! Pushes: what WeChat tells the server of a Mini Program (消息推送).
//!
//! WeChat posts the events of an app to one URL, and takes `success` for an answer that the message arrived, or that
//! goods were delivered. Every message goes to the inbox, once. One about a person's data is applied in the commit that
//! adds it: a withdrawn authorisation erases what it named, a deleted WeChat account erases the person. One that this
//! server cannot answer stays in the inbox, and is answered with `success` only where WeChat wants nothing more.

mod message;
mod ports;
mod receive;
mod settings;
mod user_data;

use std::time::Duration;

#[cfg(feature = "mocks")]
pub use ports::MockPushReader;

pub use message::{PushEvent, PushMessage};
pub use ports::{PushChange, PushFault, PushFilter, PushQuery, PushReader, Pushes};
pub use receive::{ReceivePush, ReceivePushCommand, ReceivePushError, ReceivePushPorts};
pub use settings::{PushAesKey, PushSettings, PushToken};

pub use crate::ids::PushId;
use crate::{
    app::AppId,
    identity::OpenId,
    sealing::{SealError, Sealed, SealedPlace, Sealer},
    session::Digest,
    text::named,
    time::Timestamp,
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
    /// The message under a master key. `None` once the person was erased.
    pub message: Option<Sealed>,
}

impl Push {
    /// The message as a JSON object, with WeChat's own members; `None` once the person was erased.
    pub fn message(&self, sealer: &dyn Sealer) -> Result<Option<String>, SealError> {
        let Some(sealed) = &self.message else { return Ok(None) };
        let text = sealer.open(sealed, &place_of(self.id))?;
        String::from_utf8(text.to_vec()).map(Some).map_err(|_| SealError::Broken)
    }
}

/// Where the message of a push rests.
pub(crate) fn place_of(id: PushId) -> SealedPlace {
    SealedPlace::in_table("push_inbox").at(id.as_uuid().as_bytes())
}
