use std::{error::Error, iter::successors};

/// An error and all of its sources in one line, for logs: `the store failed: connection refused`.
pub fn error_chain(error: &dyn Error) -> String {
    let texts: Vec<_> = successors(Some(error), |&error| error.source()).map(ToString::to_string).collect();
    texts.join(": ")
}
