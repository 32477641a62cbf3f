//! Yaoshi, the self-hosted login server for WeChat Mini Programs.

pub mod configuration;
