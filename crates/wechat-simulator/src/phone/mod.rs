//! Virtual phones: the `wx` functions of WeChat's client.

mod check_session;
mod login;
mod order;
mod payment;
mod phone_number;
mod signed_call;
mod user_info;
mod we_run;

use axum::{Router, extract::State, middleware::from_fn_with_state, routing::post};

pub use check_session::CheckSessionResult;
pub use login::LoginResult;
pub use payment::{PaymentFunction, PaymentRequest};
pub(crate) use phone_number::PhoneInfo;
pub use phone_number::PhoneNumberResult;
pub use signed_call::SignedCallResult;
pub use user_info::{UserInfo, UserInfoAnswer};
pub use we_run::WeRunResult;

use crate::{Simulator, SimulatorError, UserId, fields::Fields, platform::record_and_apply_faults};

/// The device of requests that do not name one.
const DEFAULT_DEVICE: &str = "phone-1";

const REQUEST_VIRTUAL_PAYMENT: &str = "/sim/wx/requestVirtualPayment";
const REQUEST_SUBSCRIBE_SIGN: &str = "/sim/wx/requestSubscribeSign";
const REQUEST_COMMON_PAYMENT: &str = "/sim/wx/requestCommonPayment";
const REQUEST_MIDAS_PAYMENT_GAME_ITEM: &str = "/sim/wx/requestMidasPaymentGameItem";
const ADD_PHONE_CALENDAR: &str = "/sim/wx/addPhoneCalendar";
const JOIN_VOIP_CHAT: &str = "/sim/wx/joinVoIPChat";

/// The functions that the client's servers check, so that faults can be set on them.
pub(crate) const SIGNED_FUNCTIONS: [&str; 6] = [
    REQUEST_VIRTUAL_PAYMENT,
    REQUEST_SUBSCRIBE_SIGN,
    REQUEST_COMMON_PAYMENT,
    REQUEST_MIDAS_PAYMENT_GAME_ITEM,
    ADD_PHONE_CALENDAR,
    JOIN_VOIP_CHAT,
];

pub(crate) fn routes(simulator: &Simulator) -> Router<Simulator> {
    Router::new()
        .route("/sim/wx/login", post(login::route))
        .route("/sim/wx/checkSession", post(check_session::route))
        .route("/sim/wx/getUserInfo", post(user_info::route))
        .route("/sim/wx/getWeRunData", post(we_run::route))
        .route("/sim/wx/getPhoneNumber", post(phone_number::route))
        .merge(signed_functions(simulator))
}

fn signed_functions(simulator: &Simulator) -> Router<Simulator> {
    let pay = |function| {
        post(async move |State(simulator): State<Simulator>, fields: Fields| {
            payment::route(function, &simulator, fields)
        })
    };
    Router::new()
        .route(REQUEST_VIRTUAL_PAYMENT, pay(PaymentFunction::VirtualPayment))
        .route(REQUEST_SUBSCRIBE_SIGN, pay(PaymentFunction::SubscribeSign))
        .route(REQUEST_COMMON_PAYMENT, pay(PaymentFunction::CommonPayment))
        .route(REQUEST_MIDAS_PAYMENT_GAME_ITEM, pay(PaymentFunction::MidasPaymentGameItem))
        .route(ADD_PHONE_CALENDAR, post(signed_call::add_phone_calendar))
        .route(JOIN_VOIP_CHAT, post(signed_call::join_voip_chat))
        .route_layer(from_fn_with_state(simulator.clone(), record_and_apply_faults))
}

/// A Mini Program on one of a user's devices.
struct Phone {
    app_id: String,
    user: UserId,
    device: String,
}

impl Phone {
    fn read(fields: &mut Fields) -> Result<Self, SimulatorError> {
        Ok(Self {
            app_id: fields.required_text("app_id")?,
            user: fields.required_text("user_id")?.parse()?,
            device: fields.optional_text("device")?.unwrap_or_else(|| DEFAULT_DEVICE.to_owned()),
        })
    }
}
