//! The payment functions: `wx.requestVirtualPayment` and its relatives.

use axum::response::Response;

use super::{Phone, order::Order, signed_call::SignedCallResult};
use crate::{
    Simulator, SimulatorError, UserId,
    fields::Fields,
    signatures,
    wire::ApiError,
    world::{RegisteredApp, SignatureError, User},
};

/// A payment function of WeChat's client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentFunction {
    /// `wx.requestVirtualPayment`: virtual payment (虚拟支付).
    VirtualPayment,
    /// `wx.requestSubscribeSign`: the contract of a subscription.
    SubscribeSign,
    /// `wx.requestCommonPayment`: B2b payment.
    CommonPayment,
    /// `wx.requestMidasPaymentGameItem`: an item of a game.
    MidasPaymentGameItem,
}

/// The argument of a payment function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaymentRequest {
    /// `signData`: the order as JSON text. Both signatures cover exactly this text.
    pub sign_data: String,
    /// `paySig`: the payment signature, see [`signatures::payment`].
    pub pay_sig: String,
    /// `signature`: the login-state signature, see [`signatures::login_state`].
    pub signature: String,
    /// `mode`: the type of the payment. Some functions have none.
    pub mode: String,
}

/// The errcodes of a payment function.
#[derive(Debug, Clone, Copy)]
pub(super) struct PaymentErrcodes {
    pub(super) sign_data: i32,
    pub(super) parameter: i32,
    pub(super) mode: i32,
    pub(super) currency: i32,
    signature: i32,
    pay_sig: i32,
    no_session_key: i32,
    order_used: i32,
}

const VIRTUAL: PaymentErrcodes = PaymentErrcodes {
    sign_data: -15_016,
    parameter: -15_001,
    mode: -15_001,
    currency: -15_004,
    signature: -15_005,
    pay_sig: -15_006,
    no_session_key: -15_007,
    order_used: -15_002,
};

/// B2b payment does not tell an expired key from a wrong signature.
const B2B: PaymentErrcodes = PaymentErrcodes {
    sign_data: 1022,
    parameter: 702_001,
    mode: 702_004,
    currency: 702_001,
    signature: 702_002,
    pay_sig: 702_003,
    no_session_key: 702_002,
    order_used: 702_005,
};

impl PaymentFunction {
    /// The name, which the payment signature covers.
    pub fn name(self) -> &'static str {
        match self {
            Self::VirtualPayment => "requestVirtualPayment",
            Self::SubscribeSign => "requestSubscribeSign",
            Self::CommonPayment => "requestCommonPayment",
            Self::MidasPaymentGameItem => "requestMidasPaymentGameItem",
        }
    }

    pub(super) fn errcodes(self) -> PaymentErrcodes {
        match self {
            Self::VirtualPayment | Self::SubscribeSign | Self::MidasPaymentGameItem => VIRTUAL,
            Self::CommonPayment => B2B,
        }
    }
}

impl Simulator {
    /// A payment on any of the user's devices, which the user confirms at once. Succeeds if both signatures are
    /// right and the order number is new. Faults do not apply: they apply to the route.
    ///
    /// If the app has a push address, a virtual payment is then pushed to it, for which this has to be called
    /// within a Tokio runtime.
    pub fn request_payment(
        &self,
        function: PaymentFunction,
        app_id: &str,
        user: UserId,
        request: &PaymentRequest,
    ) -> Result<SignedCallResult, SimulatorError> {
        let user = self.world.users.get(user)?;
        let app = self.world.apps.get(app_id)?;
        let paid = self.pay(function, &app, &user, request);
        if let Some(message) = paid.as_ref().ok().and_then(|order| order.paid_message(app_id, user.id)) {
            // An app without a push address gets no message.
            let _ = self.start_push(&message);
        }
        Ok(SignedCallResult::of(function.name(), paid.map(|_| ())))
    }

    /// WeChat's own order of these checks is not known.
    fn pay(
        &self,
        function: PaymentFunction,
        app: &RegisteredApp,
        user: &User,
        request: &PaymentRequest,
    ) -> Result<Order, ApiError> {
        let errcodes = function.errcodes();
        let order = Order::parse(function, request)?;
        let app_key = app.app_key(&order.offer_id, order.env).ok_or(errcodes.parameter)?;
        let verified = self.world.verify(user, app, request.sign_data.as_bytes(), &request.signature);
        verified.map_err(|error| match error {
            SignatureError::NoKey => errcodes.no_session_key,
            SignatureError::Invalid => errcodes.signature,
        })?;
        if signatures::payment(function.name(), &request.sign_data, app_key) != request.pay_sig {
            return Err(errcodes.pay_sig.into());
        }
        let is_new = |number: &String| self.world.orders.use_number(app, &order.offer_id, number);
        if order.number.as_ref().is_none_or(is_new) { Ok(order) } else { Err(errcodes.order_used.into()) }
    }
}

pub(super) fn route(
    function: PaymentFunction,
    simulator: &Simulator,
    mut fields: Fields,
) -> Result<Response, SimulatorError> {
    let phone = Phone::read(&mut fields)?;
    let request = PaymentRequest {
        sign_data: fields.required_text("signData")?,
        pay_sig: fields.optional_text("paySig")?.unwrap_or_default(),
        signature: fields.optional_text("signature")?.unwrap_or_default(),
        mode: fields.optional_text("mode")?.unwrap_or_default(),
    };
    fields.reject_unknown()?;
    let result = simulator.request_payment(function, &phone.app_id, phone.user, &request)?;
    Ok(result.into_reply())
}
