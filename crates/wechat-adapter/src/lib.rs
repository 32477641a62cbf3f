//! A client of WeChat's server API over HTTPS.
//!
//! [`WeChat`] is the adapter. Each endpoint has its own file, which implements one domain port. The endpoints
//! share the HTTP call with its JSON reply, the table of errcodes, and what stands before a call: admission
//! control, which sheds calls while WeChat is slow or down, and pauses of apps that it limits or refuses.
//!
//! A code of `wx.login` is single-use, so an exchange is retried at most once, and a retry that finds the
//! code used after a failure in doubt means that the first reply was lost.

mod access_tokens;
mod admission;
mod base_url;
mod call_health;
mod circuit_breaker;
mod clock;
mod code2session;
mod configuration;
mod encrypt_keys;
mod endpoint;
mod errcode;
mod failure;
mod login_state;
mod pauses;
mod phone_numbers;
mod retry;
mod telemetry;
mod tls;
mod transport;
mod wechat;

pub use base_url::{BaseUrl, InvalidBaseUrl};
pub use configuration::{BreakerConfig, InvalidWeChatConfig, WeChatConfig};
pub use transport::Transport;
pub use wechat::{WeChat, WeChatPorts};
