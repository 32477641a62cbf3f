//! WeChat's server API over HTTPS.
//!
//! [`WeChat`] is the adapter; each endpoint is a file that makes one domain port of it. What they share:
//! one call and its JSON answer, WeChat's error numbers, and a gate that sheds calls while WeChat is slow
//! or down.
//!
//! A code of `wx.login` is single-use, so an exchange is repeated once at most, and a repetition that finds
//! the code used says that the first answer was lost.

mod api;
mod circuit_breaker;
mod code2session;
mod configuration;
mod errcode;
mod failure;
mod gate;
mod telemetry;
mod tls;
mod wechat;

pub use configuration::{BreakerConfig, InvalidWeChatConfig, WeChatConfig};
pub use wechat::WeChat;
