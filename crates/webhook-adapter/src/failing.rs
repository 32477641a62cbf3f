use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::webhook::WebhookUrl;

/// The endpoints whose latest request failed, so that one that is down for an hour does not fill the log.
#[derive(Default)]
pub(crate) struct Failing(Mutex<BTreeSet<WebhookUrl>>);

impl Failing {
    /// Notes that a request failed. Returns whether the one before had not.
    pub(crate) fn begins(&self, url: &WebhookUrl) -> bool {
        self.urls().insert(url.clone())
    }

    /// Notes that a request was answered. Returns whether the one before had failed.
    pub(crate) fn ends(&self, url: &WebhookUrl) -> bool {
        self.urls().remove(url)
    }

    fn urls(&self) -> MutexGuard<'_, BTreeSet<WebhookUrl>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_begins_and_ends_once() {
        let failing = Failing::default();
        let [one, other] = ["https://a.test/1", "https://a.test/2"].map(|url| url.parse().unwrap());
        assert!(!failing.ends(&one));
        assert!(failing.begins(&one) && !failing.begins(&one) && failing.begins(&other));
        assert!(failing.ends(&one) && !failing.ends(&one));
        assert!(failing.begins(&one));
    }
}
