//! Logging: for a reader on a terminal, as JSON elsewhere, to standard error.
//!
//! Other people's code is heard from warnings on and no lower, whatever the level: at debug and trace
//! HTTP and database libraries write out headers, URLs and statements, and with them secrets.

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

pub use writer::Flush;
use writer::Lines;

use crate::configuration::{LogFormat, LogSettings};

/// The crates of this project, by which their log lines are known. `yaoshi` is the target of the line
/// that every request leaves.
const OURS: [&str; 9] = [
    "yaoshi",
    "server",
    "http_api",
    "domain",
    "crypto",
    "persistence",
    "migrations",
    "wechat_adapter",
    "wechat_simulator",
];

/// Logs from here on as `settings` say. What is written goes out from a thread of its own; dropping what
/// is returned waits for the last line. Only the first call in a process has an effect.
pub fn start(settings: &LogSettings) -> Flush {
    let (lines, flush) = Lines::to(stderr());
    let is_human = match settings.format {
        LogFormat::Auto => stderr().is_terminal(),
        LogFormat::Human => true,
        LogFormat::Json => false,
    };
    let layer = layer(settings.level.as_str(), is_human, stderr().is_terminal(), lines);
    // Somebody who embeds the server may have set up logging already; theirs stays.
    let _ = tracing_subscriber::registry().with(layer).try_init();
    flush
}

fn layer<S, W>(directives: &str, is_human: bool, is_coloured: bool, writer: W) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = if is_human {
        fmt::layer().with_ansi(is_coloured).with_writer(writer).boxed()
    } else {
        fmt::layer().json().flatten_event(true).with_writer(writer).boxed()
    };
    lines.with_filter(filter_fn(is_heard)).with_filter(EnvFilter::new(directives))
}

fn is_heard(metadata: &Metadata<'_>) -> bool {
    let root = metadata.target().split("::").next().unwrap_or_default();
    *metadata.level() <= Level::WARN || OURS.contains(&root)
}

#[cfg(test)]
mod tests {
    use std::{
        io::{self, Write},
        sync::{Arc, Mutex},
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn written(directives: &str, is_human: bool, log: impl FnOnce()) -> String {
        let page = Page::default();
        let writer = page.clone();
        let layer = layer(directives, is_human, false, move || writer.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), log);
        let bytes = page.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn others_are_heard_from_warnings_on_whatever_the_level() {
        let text = written("trace,hyper=trace", true, || {
            tracing::trace!(target: "hyper::proto", "authorization: Bearer of-somebody");
            tracing::info!(target: "sqlx::query", "select of-somebody");
            tracing::warn!(target: "sqlx::query", "slow");
            tracing::trace!(target: "http_api::login", "ours");
        });
        assert!(!text.contains("of-somebody"), "{text}");
        assert!(text.contains("slow") && text.contains("ours"), "{text}");
    }

    #[test]
    fn the_level_is_kept() {
        let text = written("warn,persistence=debug", true, || {
            tracing::info!(target: "http_api", "quiet");
            tracing::debug!(target: "persistence::sessions", "told");
        });
        assert!(!text.contains("quiet") && text.contains("told"), "{text}");
    }

    #[test]
    fn json_is_one_object_a_line_with_fields_on_top() {
        let text = written("info", false, || {
            tracing::info!(http.addr = "127.0.0.1:8080", "listening");
        });
        let line: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
        assert_eq!(line["message"], "listening");
        assert_eq!(line["http.addr"], "127.0.0.1:8080");
        assert_eq!(line["level"], "INFO");
    }
}
