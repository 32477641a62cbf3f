//! What to push, and how to deliver it.

use axum::{Json, extract::State};
use serde_json::{Map, Value, json};

use super::{
    Push,
    message::{Message, check_members},
};
use crate::{
    Simulator, SimulatorError, UserId,
    fields::Fields,
    open_data, random,
    world::{RegisteredApp, World},
};

const MAX_MESSAGE_BYTES: usize = 8 * 1024;
/// The longest delay: a day.
const MAX_DELAY_SECONDS: u32 = 86_400;

const AUTHORIZATION_REVOKE: &str = "user_authorization_revoke";
const AUTHORIZATION_CANCELLATION: &str = "user_authorization_cancellation";
const INFO_MODIFIED: &str = "user_info_modified";
const MEDIA_CHECK: &str = "wxa_media_check";
const DEBUG_DEMO: &str = "debug_demo";
const REFUND_QUERY: &str = "xpay_subscribe_ios_refund_query_notify";

/// A message to push.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPush {
    /// The app whose server gets it.
    pub app_id: String,
    /// The event that it tells of.
    pub event: PushEvent,
    /// Fields to add to the event's own, or to replace them. `null` leaves one out.
    pub fields: Map<String, Value>,
    /// What is unusual about its delivery.
    pub delivery: Delivery,
}

/// An event that WeChat tells an app's server of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushEvent {
    /// `user_authorization_revoke`: the user withdrew an authorization.
    AuthorizationRevoke {
        /// The user.
        user: UserId,
        /// WeChat's number of the authorization: `8` for the phone number, and so on.
        revoke_info: String,
    },
    /// `user_authorization_cancellation`: the user deleted the WeChat account.
    AuthorizationCancellation(UserId),
    /// `user_info_modified`: WeChat cleared the user's profile.
    InfoModified(UserId),
    /// `wxa_media_check`: the result of a content check, by default that nothing was found.
    MediaCheck,
    /// `debug_demo`: the message of WeChat's test tool.
    DebugDemo,
    /// `xpay_subscribe_ios_refund_query_notify`: WeChat asks about the refund of a
    /// subscription on iOS.
    RefundQuery(UserId),
    /// Another event.
    Other {
        /// Its name.
        name: String,
        /// The user that it is about.
        user: Option<UserId>,
    },
}

/// What a server has to answer before WeChat stops sending an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExpectedAnswer {
    /// That the message arrived.
    Receipt,
    /// That the goods of a virtual payment are delivered.
    GoodsDelivered,
    /// The answer to a question, in whatever form.
    Reply,
}

/// What is unusual about the delivery of a message. By default nothing is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivery {
    /// It is sent a second time right after the first.
    pub duplicate: bool,
    /// Its signatures are made with another token.
    pub wrong_signature: bool,
    /// It is sent so many seconds later by the virtual clock.
    pub delay_seconds: u32,
    /// It is held back until another message of the app was sent.
    pub after_next: bool,
}

impl NewPush {
    /// A message about `event` with its own fields, delivered as usual.
    pub fn new(app_id: impl Into<String>, event: PushEvent) -> Self {
        Self { app_id: app_id.into(), event, fields: Map::new(), delivery: Delivery::default() }
    }

    pub(super) fn message(&self, world: &World, app: &RegisteredApp) -> Result<Message, SimulatorError> {
        check_members(&self.fields)?;
        let now = world.clock.now_seconds();
        let mut message = Message::event(&app.id, self.event.name(), now);
        self.event.add_fields(&mut message, world, app, now)?;
        self.fields.iter().for_each(|(name, value)| message.set(name, value.clone()));
        if open_data::json(&message).len() > MAX_MESSAGE_BYTES {
            let limit = format!("must not make the message longer than {MAX_MESSAGE_BYTES} bytes");
            return Err(SimulatorError::invalid_field("fields", limit));
        }
        Ok(message)
    }
}

impl PushEvent {
    /// WeChat's name of the event.
    pub fn name(&self) -> &str {
        match self {
            Self::AuthorizationRevoke { .. } => AUTHORIZATION_REVOKE,
            Self::AuthorizationCancellation(_) => AUTHORIZATION_CANCELLATION,
            Self::InfoModified(_) => INFO_MODIFIED,
            Self::MediaCheck => MEDIA_CHECK,
            Self::DebugDemo => DEBUG_DEMO,
            Self::RefundQuery(_) => REFUND_QUERY,
            Self::Other { name, .. } => name,
        }
    }

    pub(super) fn expected_answer(&self) -> ExpectedAnswer {
        match self.name() {
            REFUND_QUERY => ExpectedAnswer::Reply,
            _ if self.is_of_payment() => ExpectedAnswer::GoodsDelivered,
            _ => ExpectedAnswer::Receipt,
        }
    }

    fn is_of_payment(&self) -> bool {
        self.name().starts_with("xpay_")
    }

    fn add_fields(
        &self,
        message: &mut Message,
        world: &World,
        app: &RegisteredApp,
        now: i64,
    ) -> Result<(), SimulatorError> {
        let openid = |user: &UserId| {
            let user = world.users.get(*user)?;
            Ok::<_, SimulatorError>(json!(world.with_account(&user, app, |account| account.openid.clone())))
        };
        match self {
            Self::AuthorizationRevoke { user, revoke_info } => {
                message.set("OpenID", openid(user)?);
                message.set("AppID", json!(&*app.id));
                message.set("RevokeInfo", json!(revoke_info));
            }
            Self::AuthorizationCancellation(user) | Self::InfoModified(user) => {
                message.set("OpenID", openid(user)?);
                message.set("AppID", json!(&*app.id));
            }
            Self::MediaCheck => {
                let [a, b] = [random::bytes(), random::bytes()].map(u32::from_le_bytes);
                message.set("appid", json!(&*app.id));
                message.set("trace_id", json!(format!("{now:08x}-{a:08x}-{b:08x}")));
                message.set("version", json!(2));
                message.set("errcode", json!(0));
                message.set("errmsg", json!("ok"));
                message.set("result", json!({ "suggest": "pass", "label": 100 }));
                message.set("detail", json!([]));
            }
            Self::DebugDemo => message.set("debug_str", json!("hello world")),
            Self::RefundQuery(user) => message.set("OpenId", openid(user)?),
            Self::Other { user: None, .. } => {}
            Self::Other { user: Some(user), .. } => {
                message.set(if self.is_of_payment() { "OpenId" } else { "OpenID" }, openid(user)?);
            }
        }
        Ok(())
    }

    fn read(fields: &mut Fields) -> Result<Self, SimulatorError> {
        let name = fields.required_text("event")?;
        let mut user = || fields.required_text("user_id")?.parse();
        Ok(match name.as_str() {
            AUTHORIZATION_REVOKE => {
                let user = user()?;
                Self::AuthorizationRevoke { user, revoke_info: fields.required_text("revoke_info")? }
            }
            AUTHORIZATION_CANCELLATION => Self::AuthorizationCancellation(user()?),
            INFO_MODIFIED => Self::InfoModified(user()?),
            MEDIA_CHECK => Self::MediaCheck,
            DEBUG_DEMO => Self::DebugDemo,
            REFUND_QUERY => Self::RefundQuery(user()?),
            _ => {
                let user = fields.optional_text("user_id")?.map(|user| user.parse()).transpose()?;
                Self::Other { name, user }
            }
        })
    }
}

impl Delivery {
    fn read(mut fields: Fields) -> Result<Self, SimulatorError> {
        let delivery = Self {
            duplicate: fields.flag("duplicate")?,
            wrong_signature: fields.flag("wrong_signature")?,
            delay_seconds: fields.unsigned("delay_seconds", MAX_DELAY_SECONDS)?.unwrap_or_default(),
            after_next: fields.flag("after_next")?,
        };
        fields.reject_unknown()?;
        Ok(delivery)
    }

    /// Whether the message is sent at once.
    pub(super) fn is_immediate(self) -> bool {
        self.delay_seconds == 0 && !self.after_next
    }
}

pub(super) async fn push(
    State(simulator): State<Simulator>,
    mut fields: Fields,
) -> Result<Json<Push>, SimulatorError> {
    let push = NewPush {
        app_id: fields.required_text("app_id")?,
        event: PushEvent::read(&mut fields)?,
        fields: fields.object("fields")?.map(Fields::into_members).unwrap_or_default(),
        delivery: fields.object("delivery")?.map(Delivery::read).transpose()?.unwrap_or_default(),
    };
    fields.reject_unknown()?;
    simulator.push(push).await.map(Json)
}
