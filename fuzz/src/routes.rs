//! Sends inputs to an instance, one after the other.

use std::sync::{Mutex, PoisonError};

use axum::body::Body;
use futures::future::LocalBoxFuture;
use http::Request;
use tokio::runtime::{Builder, Runtime};

use crate::{Answer, Instance, instance::secrets, parse};

/// An instance and what it runs on.
pub struct Routes {
    runtime: Runtime,
    instance: Mutex<Instance>,
}

impl Routes {
    /// Starts the instance.
    pub fn start() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let instance = Mutex::new(runtime.block_on(Instance::start()));
        Self { runtime, instance }
    }

    /// Sends the request that `input` is and checks the answer.
    pub fn send(
        &self,
        input: &[u8],
        ask: impl for<'a> Fn(&'a Instance, Request<Body>) -> LocalBoxFuture<'a, Answer>,
    ) {
        let mut instance = self.instance.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(request) = parse(&instance.with_credentials(input)) else { return };
        let answer = self.runtime.block_on(ask(&instance, request));
        answer.assert_sound(&secrets().each_ref().map(String::as_str));
        if instance.has_changed() {
            *instance = self.runtime.block_on(Instance::start());
        }
    }
}
