use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::webhook::WebhookUrl;

/// The most requests to one endpoint on their way at once.
const MAX_IN_FLIGHT: usize = 64;

/// Limits the requests on their way to each endpoint, so that one that hangs cannot take all of the memory.
///
/// It counts them itself, as a semaphore for each endpoint would stay behind when the endpoint has gone.
#[derive(Default)]
pub(crate) struct InFlight {
    counts: Mutex<BTreeMap<WebhookUrl, usize>>,
}

/// A request on its way, until this is dropped.
pub(crate) struct Permit<'a> {
    in_flight: &'a InFlight,
    url: &'a WebhookUrl,
}

impl InFlight {
    /// A permit for a request to this endpoint; `None` where too many are on their way.
    pub(crate) fn permit<'a>(&'a self, url: &'a WebhookUrl) -> Option<Permit<'a>> {
        let mut counts = self.counts();
        let count = counts.entry(url.clone()).or_default();
        if *count >= MAX_IN_FLIGHT {
            return None;
        }
        *count += 1;
        Some(Permit { in_flight: self, url })
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<WebhookUrl, usize>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut counts = self.in_flight.counts();
        if let Some(count) = counts.get_mut(self.url) {
            *count -= 1;
            if *count == 0 {
                counts.remove(self.url);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_endpoint_has_its_own_limit() {
        let in_flight = InFlight::default();
        let [busy, other] = ["https://a.test/1", "https://a.test/2"].map(|url| url.parse().unwrap());
        let mut permits: Vec<_> = (0..MAX_IN_FLIGHT).map(|_| in_flight.permit(&busy).unwrap()).collect();
        assert!(in_flight.permit(&busy).is_none());
        assert!(in_flight.permit(&other).is_some());
        permits.pop();
        assert!(in_flight.permit(&busy).is_some());
    }

    #[test]
    fn an_endpoint_without_requests_leaves_nothing_behind() {
        let in_flight = InFlight::default();
        let url = "https://a.test".parse().unwrap();
        let permits = [in_flight.permit(&url), in_flight.permit(&url)];
        assert!(!in_flight.counts().is_empty());
        drop(permits);
        assert!(in_flight.counts().is_empty());
    }
}
