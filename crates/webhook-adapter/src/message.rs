use std::fmt::Display;

use domain::{
    app::AppId,
    event::{Actor, Event, EventDetail, Subject},
    ids::OpenId,
    push::RelayedPush,
    time::Timestamp,
    webhook::WebhookMessage,
};
use jiff::fmt::temporal::DateTimePrinter;
use serde::Serialize;
use serde_json::value::RawValue;

/// A message on its way.
pub(crate) struct Outgoing {
    /// Its id, the same at every try.
    pub(crate) id: String,
    pub(crate) body: String,
}

/// The body of a request, with the members that Standard Webhooks recommends.
#[derive(Serialize)]
struct Body<'a, D> {
    r#type: &'a str,
    timestamp: String,
    data: D,
}

impl<D: Serialize> Body<'_, D> {
    fn outgoing(&self, id: &dyn Display) -> Result<Outgoing, serde_json::Error> {
        Ok(Outgoing { id: id.to_string(), body: serde_json::to_string(self)? })
    }
}

#[derive(Serialize)]
struct PushData<'a> {
    app_id: &'a str,
    /// As WeChat wrote it: large numbers would lose digits otherwise.
    message: &'a RawValue,
}

/// What is told of an event. What is not known is left out.
#[derive(Serialize)]
struct EventData<'a> {
    sequence: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    openid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<String>,
    by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}

#[derive(Serialize)]
struct NoData {}

/// Writes a push. Fails where its message is not JSON.
pub(crate) fn of_push(push: &RelayedPush<'_>) -> Result<Outgoing, serde_json::Error> {
    let message = serde_json::from_str(push.message)?;
    let data = PushData { app_id: push.app_id.as_str(), message };
    Body { r#type: "wechat.push", timestamp: in_utc(push.received_at), data }.outgoing(&push.id)
}

/// Writes what a webhook is told.
pub(crate) fn of_message(message: &WebhookMessage<'_>) -> Result<Outgoing, serde_json::Error> {
    match *message {
        WebhookMessage::Event { number, event } => {
            let Event { id, kind, subject, at, actor, detail, .. } = event;
            let Subject { app_id, openid, user_id, session_id } = subject;
            let data = EventData {
                sequence: number.number(),
                app_id: app_id.as_ref().map(AppId::as_str),
                openid: openid.as_ref().map(OpenId::as_str),
                user_id: user_id.map(|user| user.to_string()),
                session_id: session_id.map(|session| session.to_string()),
                by: name_of(actor),
                detail: detail.as_ref().map(EventDetail::as_str),
            };
            Body { r#type: kind.as_str(), timestamp: in_utc(*at), data }.outgoing(id)
        }
        WebhookMessage::Test { id, at } => {
            Body { r#type: "test", timestamp: in_utc(at), data: NoData {} }.outgoing(&id)
        }
    }
}

fn name_of(actor: &Actor) -> String {
    actor.name().unwrap_or_else(|| "person".to_owned())
}

const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

/// A moment in ISO 8601, to the millisecond. It ends with the year 9999.
fn in_utc(moment: Timestamp) -> String {
    let moment = jiff::Timestamp::from_millisecond(moment.as_millis());
    PRINTER.timestamp_to_string(&moment.unwrap_or(jiff::Timestamp::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body_of(message: &str) -> Result<String, serde_json::Error> {
        let outgoing = of_push(&RelayedPush {
            id: "0192e4a0-0000-7000-8000-000000000001".parse().unwrap(),
            app_id: &"wx0123456789abcdef".parse().unwrap(),
            received_at: Timestamp::from_millis(1_714_112_445_000),
            message,
        });
        outgoing.map(|outgoing| outgoing.body)
    }

    #[test]
    fn the_message_is_passed_on_as_it_is_written() {
        let message = r#"{ "MsgId":12345678901234567890123,"n":1.10, "Content":"微😀\u5fae\/" }"#;
        let expected = format!(
            r#"{{"type":"wechat.push","timestamp":"2024-04-26T06:20:45.000Z","data":{{"app_id":"wx0123456789abcdef","message":{message}}}}}"#
        );
        assert_eq!(body_of(message).unwrap(), expected);
    }

    #[test]
    fn a_message_that_is_not_json_is_refused() {
        for message in ["", "{", r#"{}},"type":"other"#, "{} {}"] {
            assert!(body_of(message).is_err(), "{message}");
        }
    }
}
