//! WeChat's server endpoints.

mod access_token;
mod call;
mod checksession;
mod credentials;
mod game;
mod getuserencryptkey;
mod getuserphonenumber;
mod jscode2session;
mod login_state;
mod resetusersessionkey;
mod user_storage;
mod xpay;

use axum::{
    Extension, Router,
    extract::State,
    http::Uri,
    middleware::from_fn_with_state,
    response::Response,
    routing::{MethodFilter, MethodRouter, on},
};
use serde::Serialize;

use call::PlatformCall;
pub(crate) use call::record_and_apply_faults;

use crate::{
    Simulator,
    wire::{self, ApiError},
    world::World,
};

const JSCODE2SESSION: &str = "/sns/jscode2session";
const TOKEN: &str = "/cgi-bin/token";
const STABLE_TOKEN: &str = "/cgi-bin/stable_token";
const CHECKSESSION: &str = "/wxa/checksession";
const RESETUSERSESSIONKEY: &str = "/wxa/resetusersessionkey";
pub(crate) const GETUSERENCRYPTKEY: &str = "/wxa/business/getuserencryptkey";
const GETUSERPHONENUMBER: &str = "/wxa/business/getuserphonenumber";
const SET_USER_STORAGE: &str = "/wxa/set_user_storage";
const SETUSERINTERACTIVEDATA: &str = "/wxa/setuserinteractivedata";

/// The server endpoints, which faults can be set on.
pub(crate) const ENDPOINTS: [&str; 16] = [
    JSCODE2SESSION,
    TOKEN,
    STABLE_TOKEN,
    CHECKSESSION,
    RESETUSERSESSIONKEY,
    GETUSERENCRYPTKEY,
    GETUSERPHONENUMBER,
    SET_USER_STORAGE,
    SETUSERINTERACTIVEDATA,
    xpay::QUERY_USER_BALANCE,
    xpay::CURRENCY_PAY,
    xpay::CANCEL_CURRENCY_PAY,
    game::GETBALANCE,
    game::PAY,
    game::CANCELPAY,
    game::PRESENT,
];

/// How an endpoint answers a call.
type Answer<R> = fn(&World, &PlatformCall) -> Result<R, ApiError>;

pub(crate) fn routes(simulator: &Simulator) -> Router<Simulator> {
    Router::new()
        .route(JSCODE2SESSION, only_get(jscode2session::answer))
        .route(TOKEN, only_get(access_token::token))
        .route(STABLE_TOKEN, only_post(access_token::stable_token))
        .route(CHECKSESSION, only_get(checksession::answer))
        .route(RESETUSERSESSIONKEY, only_get(resetusersessionkey::answer))
        .route(
            GETUSERENCRYPTKEY,
            on_methods(MethodFilter::GET.or(MethodFilter::POST), getuserencryptkey::answer),
        )
        .route(GETUSERPHONENUMBER, only_post(getuserphonenumber::answer))
        .route(SET_USER_STORAGE, only_post(user_storage::answer))
        .route(SETUSERINTERACTIVEDATA, only_post(user_storage::answer))
        .route(xpay::QUERY_USER_BALANCE, only_post(xpay::query_user_balance))
        .route(xpay::CURRENCY_PAY, only_post(xpay::currency_pay))
        .route(xpay::CANCEL_CURRENCY_PAY, only_post(xpay::cancel_currency_pay))
        .route(game::GETBALANCE, only_post(game::getbalance))
        .route(game::PAY, only_post(game::pay))
        .route(game::CANCELPAY, only_post(game::pay))
        .route(game::PRESENT, only_post(game::present))
        .route_layer(from_fn_with_state(simulator.clone(), record_and_apply_faults))
}

/// Answers GET. Other methods get 43001.
fn only_get<R: Serialize + 'static>(answer: Answer<R>) -> MethodRouter<Simulator> {
    on_methods(MethodFilter::GET, answer).fallback(require_get)
}

/// Answers POST. Other methods get 43002.
fn only_post<R: Serialize + 'static>(answer: Answer<R>) -> MethodRouter<Simulator> {
    on_methods(MethodFilter::POST, answer).fallback(require_post)
}

fn on_methods<R: Serialize + 'static>(methods: MethodFilter, answer: Answer<R>) -> MethodRouter<Simulator> {
    let handler = async move |State(simulator): State<Simulator>,
                              Extension(call): Extension<PlatformCall>| {
        let world = &simulator.world;
        wire::reply(&call.path, answer(world, &call), world.clock.now_seconds())
    };
    on(methods, handler)
}

async fn require_get(State(simulator): State<Simulator>, uri: Uri) -> Response {
    wire::error(uri.path(), &ApiError::from(43001), simulator.world.clock.now_seconds())
}

async fn require_post(State(simulator): State<Simulator>, uri: Uri) -> Response {
    wire::error(uri.path(), &ApiError::from(43002), simulator.world.clock.now_seconds())
}
