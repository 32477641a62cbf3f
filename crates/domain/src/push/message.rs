use std::{collections::BTreeMap, time::Duration};

use crate::{
    app::AppId,
    identity::OpenId,
    session::Digest,
    text::{is_visible_ascii, text},
    time::Timestamp,
    webhook::WebhookResponse,
};

/// WeChat waits five seconds for an answer.
const ANSWERED_WITHIN: Duration = Duration::from_secs(4);

/// WeChat waits three seconds for the answer to [`REFUND_QUERY`].
const REFUND_ANSWERED_WITHIN: Duration = Duration::from_millis(2_500);

/// Apple asks, through WeChat, whether it should refund a purchase.
const REFUND_QUERY: &str = "xpay_subscribe_ios_refund_query_notify";

/// The answer that says that a message was dealt with.
pub(super) const SUCCESS: &str = "success";

text! {
    /// The name of an event (`Event`), or the type of a message (`MsgType`).
    PushEvent, "1 to 64 visible ASCII characters", "1 到 64 个可见 ASCII 字符", |text| is_visible_ascii(text, 64)
}

/// A message of WeChat's, verified and decrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushMessage {
    /// The message as a JSON object, with WeChat's own members.
    pub json: String,
    /// Its members that are texts or numbers, as texts. Spaces at either end of names and values are gone: WeChat's
    /// samples have some.
    pub members: BTreeMap<String, String>,
    /// What all deliveries of the message have in common: a hash of its `MsgId`, or else of the whole message.
    pub digest: Digest,
    /// How it was written.
    pub form: PushForm,
}

/// How a message was written, and how its answer has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PushForm {
    /// The format.
    pub format: PushFormat,
    /// Whether it was encrypted.
    pub is_encrypted: bool,
}

/// What the app's messages are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushFormat {
    /// `<xml>…</xml>`.
    Xml,
    /// `{…}`.
    Json,
}

/// What a message asks of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request<'a> {
    /// WeChat cleaned the person's profile (`user_info_modified`).
    DropProfile,
    /// The person withdrew authorisations (`user_authorization_revoke`): WeChat's numbers for what, in a list.
    Revoke(&'a str),
    /// The person deleted their WeChat account (`user_authorization_cancellation`).
    Erase,
    /// Something that a back end of the team has to know, and may learn later.
    Tell,
    /// A payment or the like (`xpay_…`): `success` says that the goods were delivered.
    Deliver,
    /// A question, to which only a back end of the team has the answer.
    Answer,
}

impl Request<'_> {
    /// What an event asks of a back end.
    pub(super) fn of_event(event: &str) -> Self {
        match event {
            REFUND_QUERY => Self::Answer,
            _ if event.starts_with("xpay_") => Self::Deliver,
            _ => Self::Tell,
        }
    }

    /// Whether it is about what this server has on record.
    pub(super) const fn is_ours(self) -> bool {
        match self {
            Self::DropProfile | Self::Revoke(_) | Self::Erase => true,
            Self::Tell | Self::Deliver | Self::Answer => false,
        }
    }

    /// Whether WeChat may be told `success` before a back end has said so.
    pub(super) const fn may_wait(self) -> bool {
        match self {
            Self::DropProfile | Self::Revoke(_) | Self::Erase | Self::Tell => true,
            Self::Deliver | Self::Answer => false,
        }
    }

    /// Whether a back end has done with this answer what the message asks. `success` says that goods were delivered:
    /// a back end that does not know a message must say so, and often says 200.
    pub(super) fn is_met_by(self, response: &WebhookResponse) -> bool {
        response.is_success() && (self != Self::Deliver || says_success(&response.body))
    }
}

/// Whether a body is `success`, or the JSON that WeChat takes for the same.
pub(super) fn says_success(body: &str) -> bool {
    const JSON: [&str; 2] = [r#"{"ErrCode":0,"ErrMsg":"success"}"#, r#"{"ErrMsg":"success","ErrCode":0}"#];
    let compact: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    compact == SUCCESS || JSON.contains(&&*compact)
}

impl PushMessage {
    fn member(&self, name: &str) -> Option<&str> {
        self.members.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Its event, or its type.
    pub(super) fn event(&self) -> Option<PushEvent> {
        self.member("Event").or_else(|| self.member("MsgType"))?.parse().ok()
    }

    /// Whom it is about. `FromUserName` is the sender: in events about a person's data that is not the person.
    pub(super) fn openid(&self) -> Option<OpenId> {
        let sender = || if self.request().is_ours() { None } else { self.member("FromUserName") };
        self.member("OpenID").or_else(|| self.member("OpenId")).or_else(sender)?.parse().ok()
    }

    /// Whether it names another app.
    pub(super) fn is_of_another(&self, app_id: &AppId) -> bool {
        let named = self.member("AppID").or_else(|| self.member("appid"));
        named.is_some_and(|named| named != app_id.as_str())
    }

    /// When it was made.
    pub(super) fn created_at(&self) -> Option<Timestamp> {
        let seconds: i64 = self.member("CreateTime")?.parse().ok()?;
        Some(Timestamp::from_millis(seconds.checked_mul(1_000)?))
    }

    /// What it asks of the server.
    pub(super) fn request(&self) -> Request<'_> {
        match self.member("Event") {
            Some("user_info_modified") => Request::DropProfile,
            Some("user_authorization_revoke") => {
                Request::Revoke(self.member("RevokeInfo").unwrap_or_default())
            }
            Some("user_authorization_cancellation") => Request::Erase,
            Some(event) => Request::of_event(event),
            // A message to customer service, which a back end may want to answer with one of its own.
            None => Request::Answer,
        }
    }

    /// Within which time WeChat has to be answered.
    pub(super) fn answered_within(&self) -> Duration {
        if self.member("Event") == Some(REFUND_QUERY) { REFUND_ANSWERED_WITHIN } else { ANSWERED_WITHIN }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message<const N: usize>(members: [(&str, &str); N]) -> PushMessage {
        let members = members.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let form = PushForm { format: PushFormat::Json, is_encrypted: false };
        PushMessage { json: "{}".to_owned(), members, digest: Digest::new([0; 32]), form }
    }

    #[test]
    fn an_event_says_what_it_asks() {
        let table = [
            ("user_info_modified", Request::DropProfile),
            ("user_authorization_revoke", Request::Revoke("8")),
            ("user_authorization_cancellation", Request::Erase),
            ("xpay_goods_deliver_notify", Request::Deliver),
            ("xpay_of_the_future", Request::Deliver),
            ("xpay_subscribe_ios_refund_query_notify", Request::Answer),
            ("wxa_media_check", Request::Tell),
            ("debug_demo", Request::Tell),
        ];
        for (event, request) in table {
            assert_eq!(message([("Event", event), ("RevokeInfo", "8")]).request(), request, "{event}");
        }
        assert_eq!(message([("MsgType", "text")]).request(), Request::Answer);
    }

    #[test]
    fn goods_are_delivered_only_where_a_back_end_says_so() {
        let table = [
            (200, "success", true),
            (204, "success", true),
            (200, "{\n  \"ErrCode\": 0,\n  \"ErrMsg\": \"success\"\n}", true),
            (200, r#"{"ErrMsg":"success","ErrCode":0}"#, true),
            (200, r#"{"ErrCode":0}"#, false),
            (200, r#"{"ErrCode":1,"ErrMsg":"success"}"#, false),
            (200, "", false),
            (200, "OK", false),
            (302, "success", false),
            (503, "success", false),
        ];
        for (status, body, is_delivered) in table {
            let response = WebhookResponse { status, body: body.to_owned() };
            assert_eq!(Request::Deliver.is_met_by(&response), is_delivered, "{status} {body}");
            let is_taken = (200..300).contains(&status);
            assert_eq!(Request::Answer.is_met_by(&response), is_taken, "{status} {body}");
            assert_eq!(Request::Tell.is_met_by(&response), is_taken, "{status} {body}");
        }
    }

    #[test]
    fn one_question_has_less_time() {
        assert_eq!(message([("Event", REFUND_QUERY)]).answered_within(), Duration::from_millis(2_500));
        assert_eq!(message([("Event", "xpay_refund_notify")]).answered_within(), Duration::from_secs(4));
        assert_eq!(message([("MsgType", "text")]).answered_within(), Duration::from_secs(4));
    }

    #[test]
    fn the_sender_of_an_event_about_data_is_not_the_person() {
        let revoke = ("Event", "user_authorization_revoke");
        assert_eq!(message([revoke, ("FromUserName", "oPlatform")]).openid(), None);
        let openid = |message: PushMessage| message.openid().map(|openid| openid.to_string());
        assert_eq!(openid(message([revoke, ("OpenID", "oPerson")])).as_deref(), Some("oPerson"));
        assert_eq!(openid(message([("Event", "xpay_x"), ("OpenId", "oPayer")])).as_deref(), Some("oPayer"));
        let text = message([("MsgType", "text"), ("FromUserName", "oWriter")]);
        assert_eq!(openid(text).as_deref(), Some("oWriter"));
    }

    #[test]
    fn times_that_are_none_are_not_guessed() {
        let created = |text| message([("CreateTime", text)]).created_at();
        assert_eq!(created("1482048670"), Some(Timestamp::from_millis(1_482_048_670_000)));
        for text in ["", "soon", "9223372036854775807", "1.5"] {
            assert_eq!(created(text), None, "{text}");
        }
    }
}
