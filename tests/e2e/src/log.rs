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

/// The output of a process so far, standard output and standard error together.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    bytes: Mutex<Vec<u8>>,
    /// How many streams have not reached their end.
    open_streams: AtomicUsize,
}

impl Log {
    /// The text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock()).into_owned()
    }

    /// The lines that are JSON objects. Lines of a panic or of a command's own output are not.
    pub fn entries(&self) -> Vec<Value> {
        self.text().lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Whether the process has closed all of its outputs.
    pub(crate) fn is_complete(&self) -> bool {
        self.0.open_streams.load(Ordering::Acquire) == 0
    }

    /// Records `stream` to its end.
    pub(crate) fn record(&self, stream: impl Read + Send + 'static) {
        self.spawn_reader(stream, None);
    }

    /// Records `stream` to its end, and also sends each line to the receiver.
    pub(crate) fn record_lines(&self, stream: impl Read + Send + 'static) -> UnboundedReceiver<String> {
        let (sender, receiver) = unbounded_channel();
        self.spawn_reader(stream, Some(sender));
        receiver
    }

    fn spawn_reader(&self, stream: impl Read + Send + 'static, lines: Option<UnboundedSender<String>>) {
        let shared = Arc::clone(&self.0);
        shared.open_streams.fetch_add(1, Ordering::AcqRel);
        thread::spawn(move || {
            let mut stream = BufReader::new(stream);
            let mut line = Vec::new();
            while stream.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
                shared.lock().extend_from_slice(&line);
                if let Some(lines) = &lines {
                    // The receiver is dropped once the server listens.
                    let _ = lines.send(String::from_utf8_lossy(&line).into_owned());
                }
                line.clear();
            }
            shared.open_streams.fetch_sub(1, Ordering::AcqRel);
        });
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
