use std::{error::Error, future::Future, sync::Arc, time::Duration};

use domain::{
    app::AppId,
    hourly_count::{Counted, Tally},
    overview::{CallPause, EndpointHealth},
    wechat::{Answered, CallError, Trouble},
};
use reqwest::Url;

use crate::{WeChatConfig, WeChatPorts, admission::Admission, failure::Failure, pauses::Pauses, telemetry};

/// An endpoint of WeChat's API, and what stands between a request and a call of it. Each has its own, so
/// that one which is slow or limited does not hold up another.
pub(crate) struct Endpoint {
    name: &'static str,
    pub(crate) url: Url,
    admission: Admission,
    pauses: Pauses,
    tally: Option<Arc<Tally>>,
}

/// The error of a port whose calls can fail for reasons that are not about what was asked.
pub(crate) trait PortError: Sized {
    /// The error of a call that failed so.
    fn of_call(error: CallError) -> Self;

    /// Why the call failed, if it did not get an answer about what was asked.
    fn call_error(&self) -> Option<CallError>;

    /// The same failure for another reason.
    fn with_call_error(self, error: CallError) -> Self {
        Self::of_call(error)
    }
}

impl PortError for CallError {
    fn of_call(error: CallError) -> Self {
        error
    }

    fn call_error(&self) -> Option<CallError> {
        Some(*self)
    }
}

impl<E: PortError + Error> PortError for Answered<E> {
    fn of_call(error: CallError) -> Self {
        E::of_call(error).into()
    }

    fn call_error(&self) -> Option<CallError> {
        self.error.call_error()
    }

    fn with_call_error(self, error: CallError) -> Self {
        Self { error: self.error.with_call_error(error), ..self }
    }
}

impl Endpoint {
    /// The endpoint at `path`, called `name` in metrics and logs.
    pub(crate) fn new(name: &'static str, path: &str, config: &WeChatConfig, ports: &WeChatPorts) -> Self {
        Self {
            name,
            url: config.base_url.endpoint(path),
            admission: Admission::new(name, config),
            pauses: Pauses::new(name, Arc::clone(&ports.clock), config.apps.iter().map(|(app, _)| app)),
            tally: ports.tally.clone(),
        }
    }

    /// Runs `call`, which calls this endpoint for `app`, unless the app's calls are paused, too many are in
    /// flight, or the circuit breaker is open.
    pub(crate) async fn admit<T, E: PortError>(
        &self,
        app: &AppId,
        call: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let paused = |error| {
            telemetry::record_untried(self.name, app, "paused");
            E::of_call(error)
        };
        self.pauses.check(app).map_err(paused)?;
        let Some(permit) = self.admission.acquire().await else {
            telemetry::record_untried(self.name, app, "shed");
            return Err(E::of_call(CallError::Unavailable(Trouble::Shed)));
        };
        let result = call.await;
        match result.as_ref().err().and_then(PortError::call_error) {
            None => {
                permit.record_success();
                self.pauses.record_answer(app);
                result
            }
            Some(CallError::Unavailable(_)) => {
                permit.record_failure();
                result
            }
            Some(error @ (CallError::RateLimited { .. } | CallError::Refused { .. })) => {
                permit.record_success();
                let error = self.pauses.record_failure(app, error);
                result.map_err(|failed| failed.with_call_error(error))
            }
        }
    }

    /// Records a call of `app` that was tried, with its failure if it failed.
    pub(crate) fn record_call(&self, app: &AppId, failure: Option<&Failure>, duration: Duration) {
        telemetry::record_call(self.name, app, failure, duration);
        if let Some(tally) = &self.tally
            && let Some(errcode) = failure.and_then(|failure| failure.kind.errcode())
        {
            tally.count(Some(app), [Counted::Errcode(errcode)]);
        }
    }

    /// Whether it is called.
    pub(crate) fn health(&self) -> EndpointHealth {
        EndpointHealth { endpoint: self.name, breaker: self.admission.breaker_state() }
    }

    /// The pause of an app's calls, if they are paused.
    pub(crate) fn pause_of(&self, app: &AppId) -> Option<CallPause> {
        self.pauses.current(app)
    }
}
