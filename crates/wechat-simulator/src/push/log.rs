//! The messages pushed so far, with every attempt to send them.

use std::{collections::VecDeque, convert::Infallible, sync::Mutex};

use axum::{
    Json,
    extract::{Query, State},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::sync::oneshot;

use super::PushAnswer;
use crate::{Simulator, world::lock};

const MAX_PUSHES: usize = 1000;

/// A message that was or will be pushed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Push {
    /// Its number, counted from 1.
    pub id: u64,
    /// When it arose by the virtual clock, in milliseconds since 1970-01-01 UTC.
    pub at: i64,
    /// The app whose server gets it.
    pub app_id: String,
    /// WeChat's name of the event.
    pub event: String,
    /// Its fields.
    pub message: Map<String, Value>,
    /// What became of it.
    pub state: PushState,
    /// When it is or was due to be sent next by the virtual clock, in milliseconds since 1970-01-01 UTC. Absent
    /// while it is held back, and when it will not be sent any more.
    pub next_at: Option<i64>,
    /// What was sent, oldest first.
    pub attempts: Vec<PushAttempt>,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PushState {
    /// It will be sent, perhaps again.
    Pending,
    /// The server accepted it.
    Accepted,
    /// The attempts are used up, or the app has no push address any more.
    GivenUp,
}

/// An attempt to send a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PushAttempt {
    /// When it began by the virtual clock, in milliseconds since 1970-01-01 UTC.
    pub at: i64,
    /// The URL with its query.
    pub url: String,
    /// The body that was sent.
    pub body: String,
    /// What came of it: as JSON, the member `response` or the member `error`.
    #[serde(flatten)]
    pub answer: PushAnswer,
}

/// The messages of all apps. One that is removed, being the oldest or with all others, is not sent any more.
#[derive(Default)]
pub(crate) struct PushLog(Mutex<Log>);

#[derive(Default)]
struct Log {
    recent: VecDeque<Record>,
    last_id: u64,
}

struct Record {
    push: Push,
    /// Releases a message that is held back.
    held: Option<oneshot::Sender<Infallible>>,
    /// Ends the delivery when the record is dropped.
    _delivery: oneshot::Sender<Infallible>,
}

/// What the delivery of a recorded message waits for. Both end with an error.
pub(super) struct Signals {
    /// The record was removed.
    pub(super) removed: oneshot::Receiver<Infallible>,
    /// Another message was sent.
    pub(super) released: oneshot::Receiver<Infallible>,
}

impl PushLog {
    /// Records a message and numbers it.
    pub(super) fn add(&self, push: &mut Push) -> Signals {
        let (delivery, removed) = oneshot::channel();
        let (held, released) = oneshot::channel();
        let mut log = lock(&self.0);
        log.last_id += 1;
        push.id = log.last_id;
        if log.recent.len() == MAX_PUSHES {
            log.recent.pop_front();
        }
        log.recent.push_back(Record { push: push.clone(), held: Some(held), _delivery: delivery });
        Signals { removed, released }
    }

    pub(super) fn get(&self, id: u64) -> Option<Push> {
        lock(&self.0).find(id).map(|record| record.push.clone())
    }

    /// Records an attempt and what follows it.
    pub(super) fn record_attempt(
        &self,
        id: u64,
        attempt: PushAttempt,
        state: PushState,
        next_at: Option<i64>,
    ) {
        if let Some(Record { push, .. }) = lock(&self.0).find(id) {
            push.attempts.push(attempt);
            push.state = state;
            push.next_at = next_at;
        }
    }

    pub(super) fn give_up(&self, id: u64) {
        if let Some(Record { push, .. }) = lock(&self.0).find(id) {
            push.state = PushState::GivenUp;
            push.next_at = None;
        }
    }

    /// Releases the app's messages that are held back and arose before the message with this id.
    pub(super) fn release(&self, app_id: &str, id: u64) {
        let mut log = lock(&self.0);
        let is_earlier = |record: &&mut Record| record.push.app_id == app_id && record.push.id < id;
        log.recent.iter_mut().filter(is_earlier).for_each(|record| record.held = None);
    }

    fn read(&self, app_id: Option<&str>) -> Vec<Push> {
        let log = lock(&self.0);
        let is_selected = |push: &&Push| app_id.is_none_or(|app_id| app_id == push.app_id);
        log.recent.iter().map(|record| &record.push).filter(is_selected).cloned().collect()
    }

    fn clear(&self) {
        lock(&self.0).recent.clear();
    }
}

impl Log {
    fn find(&mut self, id: u64) -> Option<&mut Record> {
        self.recent.iter_mut().rev().find(|record| record.push.id == id)
    }
}

impl Simulator {
    /// The last 1,000 messages that were pushed or wait for it, oldest first.
    pub fn pushes(&self) -> Vec<Push> {
        self.world.push_log.read(None)
    }

    /// Those of [`Simulator::pushes`] that are for the app's server.
    pub fn pushes_of(&self, app_id: &str) -> Vec<Push> {
        self.world.push_log.read(Some(app_id))
    }

    /// Forgets all messages. Those that wait to be sent are not sent any more.
    pub fn clear_pushes(&self) {
        self.world.push_log.clear();
    }
}

#[derive(Deserialize)]
pub(super) struct Filter {
    app_id: Option<String>,
}

pub(super) async fn read(State(simulator): State<Simulator>, Query(filter): Query<Filter>) -> Json<Value> {
    Json(json!({ "pushes": simulator.world.push_log.read(filter.app_id.as_deref()) }))
}

pub(super) async fn clear(State(simulator): State<Simulator>) -> Json<Value> {
    simulator.clear_pushes();
    Json(json!({}))
}
