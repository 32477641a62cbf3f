//! WeChat's server API over HTTPS.
