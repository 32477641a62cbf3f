//! Writes log lines on a thread of its own, so that a slow terminal or pipe does not delay requests: a request
//! only appends its line to a queue in memory.

use std::{
    io::{self, Write},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

use tracing_subscriber::fmt::MakeWriter;

/// If more bytes than this are queued, further lines are dropped and counted, to bound the memory.
const MAX_QUEUED_BYTES: usize = 8 * 1024 * 1024;

/// How long the thread waits for more lines before it writes a batch.
const BATCH_DELAY: Duration = Duration::from_millis(5);

#[derive(Default)]
struct Queue {
    bytes: Vec<u8>,
    dropped_lines: u64,
    is_closed: bool,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    /// Signals that the queue is no longer empty, or closed.
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Appends lines to the queue.
#[derive(Clone)]
pub(super) struct QueueWriter(Arc<Shared>);

/// Writes the remaining lines when it is dropped.
#[must_use]
pub struct FlushGuard {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl QueueWriter {
    /// Starts the thread that writes queued lines to `output`.
    pub(super) fn start(output: impl Write + Send + 'static) -> (Self, FlushGuard) {
        let shared = Arc::new(Shared::default());
        let queue = Arc::clone(&shared);
        let thread =
            thread::Builder::new().name("log".to_owned()).spawn(move || write_batches(&queue, output));
        // If the thread cannot start, the server runs without a log.
        (Self(Arc::clone(&shared)), FlushGuard { shared, thread: thread.ok() })
    }
}

impl<'a> MakeWriter<'a> for QueueWriter {
    type Writer = &'a QueueWriter;

    fn make_writer(&'a self) -> Self::Writer {
        self
    }
}

impl Write for &QueueWriter {
    /// `tracing_subscriber` calls this once per line, with the whole line.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut queue = self.0.lock();
        if queue.bytes.len() + line.len() > MAX_QUEUED_BYTES {
            queue.dropped_lines += 1;
            return Ok(line.len());
        }
        if queue.bytes.is_empty() {
            self.0.changed.notify_one();
        }
        queue.bytes.extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes the queued lines in batches until the queue is closed and empty.
fn write_batches(shared: &Shared, mut output: impl Write) {
    let mut batch = Vec::new();
    let mut is_last = false;
    while !is_last {
        let is_idle = |queue: &mut Queue| queue.bytes.is_empty() && !queue.is_closed;
        let queue = shared.changed.wait_while(shared.lock(), is_idle).unwrap_or_else(PoisonError::into_inner);
        is_last = queue.is_closed;
        drop(queue);
        if !is_last {
            thread::sleep(BATCH_DELAY);
        }
        let dropped_lines = {
            let mut queue = shared.lock();
            std::mem::swap(&mut batch, &mut queue.bytes);
            std::mem::take(&mut queue.dropped_lines)
        };
        // An error here has nowhere to be logged.
        let _ = output.write_all(&batch);
        if dropped_lines > 0 {
            let _ = writeln!(
                output,
                "{dropped_lines} log lines were dropped: they could not be written fast enough"
            );
        }
        batch.clear();
    }
    let _ = output.flush();
}

impl Drop for FlushGuard {
    fn drop(&mut self) {
        self.shared.lock().is_closed = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    struct ChannelWriter(mpsc::Sender<Vec<u8>>);

    impl Write for ChannelWriter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.send(bytes.to_vec()).unwrap();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn all_lines_are_written_in_order_before_the_guard_is_dropped() {
        let (sender, receiver) = mpsc::channel();
        let (writer, guard) = QueueWriter::start(ChannelWriter(sender));
        let mut expected = String::new();
        for number in 0..1000 {
            let line = format!("{number}\n");
            writer.make_writer().write_all(line.as_bytes()).unwrap();
            expected.push_str(&line);
        }
        drop(guard);
        let written: Vec<u8> = receiver.iter().flatten().collect();
        assert_eq!(String::from_utf8(written).unwrap(), expected);
    }

    #[test]
    fn lines_beyond_the_limit_are_dropped_and_counted() {
        let (writer, guard) = QueueWriter::start(io::sink());
        let (sender, receiver) = mpsc::channel();
        drop(guard);
        // The thread has ended, so the lines stay in the queue until this thread writes them.
        let line = vec![b'x'; MAX_QUEUED_BYTES / 2];
        for _ in 0..4 {
            writer.make_writer().write_all(&line).unwrap();
        }
        write_batches(&writer.0, ChannelWriter(sender));
        let written: Vec<u8> = receiver.iter().flatten().collect();
        let (kept, notice) = written.split_at(2 * line.len());
        assert_eq!(kept, [line.clone(), line].concat());
        assert_eq!(notice, b"2 log lines were dropped: they could not be written fast enough\n");
    }
}
