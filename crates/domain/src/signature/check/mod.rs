//! Decides whether a text may be signed, and under which appKey. Nothing is signed that was not checked here.

mod members;
mod rules;
#[cfg(test)]
mod tests;

pub use members::{MemberError, MemberFault};

use self::{members::Members, rules::Found};
use super::{Message, Payment, PaymentUri, sign::SignError};
use crate::{
    app::{App, AppKey, Offer, OfferId},
    ids::IdentityId,
    localized::Localized,
};

/// What a message that may be signed gets beside the signature with the session_key, and what is to be recorded
/// of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Approved<'a> {
    /// What the payment signature is for, and the key that makes it; `None` where there is none.
    pub(super) payment: Option<(PaymentUri, &'a AppKey)>,
    /// The number of the order, where there is one: at most 64 visible ASCII characters.
    pub(super) order_number: Option<&'a str>,
}

/// Approves a message for a person at their app.
pub(super) fn check<'a>(
    message: &'a Message,
    app: &'a App,
    identity: &IdentityId,
) -> Result<Approved<'a>, SignError> {
    match message {
        Message::Payment(payment) => check_payment(payment, app, identity),
        // Every message that joins a voice chat contains the app's id (joinVoIPChat's page).
        Message::CalendarPath(path) if path.as_str().contains(identity.app_id.as_str()) => {
            let detail = Localized::fixed("must not contain the app's id", "不能包含小程序的 AppID");
            let error = MemberError::Invalid(detail);
            Err(SignError::Refused(vec![MemberFault { field: "path".to_owned(), error }]))
        }
        Message::CalendarPath(_) => Ok(Approved { payment: None, order_number: None }),
    }
}

fn check_payment<'a>(
    payment: &'a Payment,
    app: &'a App,
    identity: &IdentityId,
) -> Result<Approved<'a>, SignError> {
    if app.offers.is_empty() {
        return Err(SignError::NoOffer);
    }
    let (env, openid) = (payment.env, &identity.openid);
    let mut members = Members::new(payment.uri.field(), payment.text.object());
    let found = match payment.uri {
        PaymentUri::RequestVirtualPayment => rules::virtual_payment(&mut members, env),
        PaymentUri::RequestMidasPaymentGameItem => rules::midas_game_item(&mut members, env),
        PaymentUri::RequestSubscribeSign | PaymentUri::RequestCommonPayment => {
            rules::other_order(&mut members, env)
        }
        PaymentUri::QueryUserBalance | PaymentUri::CurrencyPay | PaymentUri::CancelCurrencyPay => {
            rules::body(&mut members, env, openid, "order_id")
        }
        PaymentUri::GameGetbalance
        | PaymentUri::GamePay
        | PaymentUri::GameCancelpay
        | PaymentUri::GamePresent => rules::body(&mut members, env, openid, "bill_no"),
    };
    let offer = choose_offer(payment, app, &found, &mut members);
    let faults = members.into_faults();
    let Some(offer) = offer.filter(|_| faults.is_empty()) else { return Err(SignError::Refused(faults)) };
    let app_key = offer.app_key(env).ok_or(SignError::NoAppKey(env))?;
    Ok(Approved { payment: Some((payment.uri, app_key)), order_number: found.order_number })
}

/// The offer that the text names, or the request beside it, or the only one. `None` after a fault.
fn choose_offer<'a>(
    payment: &Payment,
    app: &'a App,
    found: &Found<'_>,
    members: &mut Members<'_>,
) -> Option<&'a Offer> {
    const NOT_CONFIGURED: MemberError =
        MemberError::Invalid(Localized::fixed("is not configured for the app", "没有为该小程序配置"));
    let configured = |id: &str| app.offers.iter().find(|offer| offer.id.as_str() == id);
    let requested = payment.offer_id.as_ref().map(OfferId::as_str);
    if let Some((member, inside)) = found.offer {
        let offer = configured(inside);
        if offer.is_none() {
            members.add(member, NOT_CONFIGURED);
        } else if requested.is_some_and(|requested| requested != inside) {
            let detail =
                Localized::fixed("must be the offer_id of the request", "必须与请求的 offer_id 一致");
            members.add_invalid(member, detail);
        }
        return offer;
    }
    if let Some(requested) = requested {
        let offer = configured(requested);
        if offer.is_none() {
            members.add_beside("offer_id", NOT_CONFIGURED);
        }
        return offer;
    }
    match (found.merchant.and_then(configured), &*app.offers) {
        (Some(offer), _) | (None, [offer]) => Some(offer),
        (None, _) => {
            members.add_beside("offer_id", MemberError::Missing);
            None
        }
    }
}
