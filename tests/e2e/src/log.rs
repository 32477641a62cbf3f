use std::{
    io::{BufRead, BufReader, Read},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Everything that a process has written so far, to both of its outputs.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Pages>);

#[derive(Debug, Default)]
struct Pages {
    bytes: Mutex<Vec<u8>>,
    /// How many outputs have not come to their end.
    open: AtomicUsize,
}

impl Log {
    /// The text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.bytes()).into_owned()
    }

    /// The lines that are JSON objects: all but those of a panic or of a command's own output.
    pub fn entries(&self) -> Vec<Value> {
        self.text().lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Whether there will be nothing more, since the process has ended.
    pub(crate) fn is_complete(&self) -> bool {
        self.0.open.load(Ordering::Acquire) == 0
    }

    /// Writes down what `output` says, to its end.
    pub(crate) fn record(&self, output: impl Read + Send + 'static) {
        self.follow(output, None);
    }

    /// The same, and hands out each line as well.
    pub(crate) fn record_lines(&self, output: impl Read + Send + 'static) -> UnboundedReceiver<String> {
        let (lines, read) = unbounded_channel();
        self.follow(output, Some(lines));
        read
    }

    fn follow(&self, output: impl Read + Send + 'static, lines: Option<UnboundedSender<String>>) {
        let pages = Arc::clone(&self.0);
        pages.open.fetch_add(1, Ordering::AcqRel);
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            let mut line = Vec::new();
            while output.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
                pages.bytes().extend_from_slice(&line);
                if let Some(lines) = &lines {
                    // Nobody listens any more once the server is up.
                    let _ = lines.send(String::from_utf8_lossy(&line).into_owned());
                }
                line.clear();
            }
            pages.open.fetch_sub(1, Ordering::AcqRel);
        });
    }
}

impl Pages {
    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
