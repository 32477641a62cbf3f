use std::collections::BTreeMap;

use super::PushState;
use crate::{
    app::AppId,
    identity::OpenId,
    session::Digest,
    text::{is_visible_ascii, text},
    time::Timestamp,
};

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
    Relay,
    /// Something that a back end of the team has to answer: `success` would say that goods were delivered, or that a
    /// message was dealt with.
    Answer,
}

impl Request<'_> {
    /// Whether it is about what this server has on record.
    pub(super) const fn is_ours(self) -> bool {
        match self {
            Self::DropProfile | Self::Revoke(_) | Self::Erase => true,
            Self::Relay | Self::Answer => false,
        }
    }
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
            Some(event) if event.starts_with("xpay_") => Request::Answer,
            Some(_) => Request::Relay,
            // A message to customer service, which a back end may want to answer with one of its own.
            None => Request::Answer,
        }
    }
}

impl Request<'_> {
    /// What becomes of a message that nobody applies.
    pub(super) const fn state(self) -> PushState {
        if self.is_ours() { PushState::Kept } else { PushState::Waiting }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message<const N: usize>(members: [(&str, &str); N]) -> PushMessage {
        let members = members.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        PushMessage { json: "{}".to_owned(), members, digest: Digest::new([0; 32]) }
    }

    #[test]
    fn an_event_says_what_it_asks() {
        let table = [
            ("user_info_modified", Request::DropProfile),
            ("user_authorization_revoke", Request::Revoke("8")),
            ("user_authorization_cancellation", Request::Erase),
            ("xpay_goods_deliver_notify", Request::Answer),
            ("xpay_of_the_future", Request::Answer),
            ("wxa_media_check", Request::Relay),
            ("debug_demo", Request::Relay),
        ];
        for (event, request) in table {
            assert_eq!(message([("Event", event), ("RevokeInfo", "8")]).request(), request, "{event}");
        }
        assert_eq!(message([("MsgType", "text")]).request(), Request::Answer);
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
