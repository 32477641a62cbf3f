use domain::{push::RelayedPush, time::Timestamp};
use jiff::fmt::temporal::DateTimePrinter;
use serde::Serialize;
use serde_json::value::RawValue;

/// The body of a request. Its first three members are those that Standard Webhooks recommends.
#[derive(Serialize)]
struct Message<'a> {
    r#type: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    app_id: &'a str,
    /// As WeChat wrote it: large numbers would lose digits otherwise.
    message: &'a RawValue,
}

/// Writes a push as the body of a request. Fails where its message is not JSON.
pub(crate) fn body(push: &RelayedPush<'_>) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Message {
        r#type: "wechat.push",
        timestamp: in_utc(push.received_at),
        data: Data { app_id: push.app_id.as_str(), message: serde_json::from_str(push.message)? },
    })
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
        body(&RelayedPush {
            id: "0192e4a0-0000-7000-8000-000000000001".parse().unwrap(),
            app_id: &"wx0123456789abcdef".parse().unwrap(),
            received_at: Timestamp::from_millis(1_714_112_445_000),
            message,
        })
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
