//! A client of WeChat's server API over HTTPS.
//!
//! [`WeChat`] is the adapter. Each endpoint has its own file, which implements one domain port. The endpoints
//! share the HTTP call with its JSON reply, the table of errcodes, and admission control, which sheds calls
//! while WeChat is slow or down.
//!
//! A code of `wx.login` is single-use, so an exchange is retried at most once, and a retry that finds the
//! code used after a failure in doubt means that the first reply was lost.

mod admission;
mod api;
mod base_url;
mod circuit_breaker;
mod clock;
mod code2session;
mod configuration;
mod errcode;
mod failure;
mod telemetry;
mod tls;
mod wechat;

pub use base_url::{BaseUrl, InvalidBaseUrl};
pub use configuration::{BreakerConfig, InvalidWeChatConfig, WeChatConfig};
pub use wechat::WeChat;
