//! Logging to standard error: text on a terminal, JSON elsewhere.
//!
//! Libraries log warnings and errors only, whatever the configured level: at lower levels, HTTP and database
//! libraries log headers, URLs and statements, which contain secrets.

#[cfg(test)]
mod capture;
mod writer;

use std::io::{IsTerminal, stderr};

use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::filter_fn,
    fmt::{self, MakeWriter},
    layer::SubscriberExt,
    registry::LookupSpan,
    util::SubscriberInitExt,
};

#[cfg(test)]
pub(crate) use capture::lines_during;
pub use writer::FlushGuard;
use writer::QueueWriter;

use crate::configuration::{LogFormat, LogSettings};

/// The crates of this project, which may log at any level. `yaoshi` is the target of the request log.
const OWN_CRATES: [&str; 10] = [
    "yaoshi",
    "server",
    "http_api",
    "domain",
    "crypto",
    "persistence",
    "migrations",
    "webhook_adapter",
    "wechat_adapter",
    "wechat_simulator",
];

/// Starts logging. A thread of its own writes the lines; dropping the guard waits until it has written the last
/// line. Only the first call in a process has an effect.
pub fn start(settings: &LogSettings) -> FlushGuard {
    let (writer, guard) = QueueWriter::start(stderr());
    let is_human = match settings.format {
        LogFormat::Auto => stderr().is_terminal(),
        LogFormat::Human => true,
        LogFormat::Json => false,
    };
    let layer = layer(settings.level.as_str(), is_human, stderr().is_terminal(), writer);
    // This fails if the process has set up logging already, which then stays.
    let _ = tracing_subscriber::registry().with(layer).try_init();
    guard
}

fn layer<S, W>(directives: &str, is_human: bool, is_coloured: bool, writer: W) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = if is_human {
        fmt::layer().with_ansi(is_coloured).with_writer(writer).boxed()
    } else {
        fmt::layer().json().flatten_event(true).with_span_list(false).with_writer(writer).boxed()
    };
    lines.with_filter(filter_fn(is_allowed)).with_filter(EnvFilter::new(directives))
}

/// Whether the level is allowed for the target, whatever the configured level.
fn is_allowed(metadata: &Metadata<'_>) -> bool {
    let root = metadata.target().split("::").next().unwrap_or_default();
    *metadata.level() <= Level::WARN || OWN_CRATES.contains(&root)
}

#[cfg(test)]
mod tests {
    use std::{
        io::{self, Write},
        sync::{Arc, Mutex},
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(directives: &str, is_human: bool, log: impl FnOnce()) -> String {
        let buffer = Buffer::default();
        let writer = buffer.clone();
        let layer = layer(directives, is_human, false, move || writer.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), log);
        let bytes = buffer.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn libraries_log_only_warnings_and_errors_whatever_the_level() {
        let text = logged("trace,hyper=trace", true, || {
            tracing::trace!(target: "hyper::proto", "authorization: Bearer a-secret");
            tracing::info!(target: "sqlx::query", "select a-secret");
            tracing::warn!(target: "sqlx::query", "slow");
            tracing::trace!(target: "http_api::login", "ours");
        });
        assert!(!text.contains("a-secret"), "{text}");
        assert!(text.contains("slow") && text.contains("ours"), "{text}");
    }

    #[test]
    fn the_configured_level_applies() {
        let text = logged("warn,persistence=debug", true, || {
            tracing::info!(target: "http_api", "below the level");
            tracing::debug!(target: "persistence::sessions", "at the level");
        });
        assert!(!text.contains("below the level") && text.contains("at the level"), "{text}");
    }

    #[test]
    fn a_json_line_is_one_object_with_the_fields_at_the_top_level() {
        let text = logged("info", false, || {
            tracing::info!(http.addr = "127.0.0.1:8080", "listening");
        });
        let line: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
        assert_eq!(line["message"], "listening");
        assert_eq!(line["http.addr"], "127.0.0.1:8080");
        assert_eq!(line["level"], "INFO");
    }

    #[test]
    fn a_line_of_a_request_has_its_id() {
        for is_human in [false, true] {
            let text = logged("info", is_human, || {
                let span = tracing::info_span!(target: "http_api", "request", request_id = "r-1");
                span.in_scope(|| tracing::warn!(target: "wechat_adapter", "refused"));
            });
            assert!(text.contains("request_id") && text.contains("r-1"), "{text}");
        }
    }
}
