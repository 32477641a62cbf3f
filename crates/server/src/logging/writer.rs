//! Lines on their way out. A request puts its line into memory and goes on; a thread writes what has
//! come together, so that a slow terminal or pipe delays nobody.

use std::{
    io::{self, Write},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

use tracing_subscriber::fmt::MakeWriter;

/// Beyond so many bytes unwritten, lines are dropped and counted: logging must not take the memory.
const WAITING_AT_MOST: usize = 8 * 1024 * 1024;

/// How long lines come together before they are written.
const COME_TOGETHER: Duration = Duration::from_millis(5);

#[derive(Default)]
struct Waiting {
    bytes: Vec<u8>,
    dropped: u64,
    is_closed: bool,
}

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    has_come: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes lines.
#[derive(Clone)]
pub(super) struct Lines(Arc<Shared>);

/// Writes out what is left when it is dropped.
#[must_use]
pub struct Flush {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Lines {
    /// Lines that go to `out`.
    pub(super) fn to(out: impl Write + Send + 'static) -> (Self, Flush) {
        let shared = Arc::new(Shared::default());
        let writing = Arc::clone(&shared);
        let thread = thread::Builder::new().name("log".to_owned()).spawn(move || write_out(&writing, out));
        // Without a thread nothing is logged, and nothing else is harmed.
        (Self(Arc::clone(&shared)), Flush { shared, thread: thread.ok() })
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = &'a Lines;

    fn make_writer(&'a self) -> Self::Writer {
        self
    }
}

impl Write for &Lines {
    /// Called once a line, with all of it.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut waiting = self.0.lock();
        if waiting.bytes.len() + line.len() > WAITING_AT_MOST {
            waiting.dropped += 1;
            return Ok(line.len());
        }
        if waiting.bytes.is_empty() {
            self.0.has_come.notify_one();
        }
        waiting.bytes.extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn write_out(shared: &Shared, mut out: impl Write) {
    let mut taken = Vec::new();
    let mut is_last = false;
    while !is_last {
        let is_idle = |waiting: &mut Waiting| waiting.bytes.is_empty() && !waiting.is_closed;
        let waiting =
            shared.has_come.wait_while(shared.lock(), is_idle).unwrap_or_else(PoisonError::into_inner);
        is_last = waiting.is_closed;
        drop(waiting);
        if !is_last {
            thread::sleep(COME_TOGETHER);
        }
        let dropped = {
            let mut waiting = shared.lock();
            std::mem::swap(&mut taken, &mut waiting.bytes);
            std::mem::take(&mut waiting.dropped)
        };
        // There is nowhere to tell that nothing can be told.
        let _ = out.write_all(&taken);
        if dropped > 0 {
            let _ = writeln!(out, "{dropped} log lines were dropped: they could not be written fast enough");
        }
        taken.clear();
    }
    let _ = out.flush();
}

impl Drop for Flush {
    fn drop(&mut self) {
        self.shared.lock().is_closed = true;
        self.shared.has_come.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    struct Out(mpsc::Sender<Vec<u8>>);

    impl Write for Out {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.send(bytes.to_vec()).unwrap();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_line_is_written_in_order_and_the_last_before_the_end() {
        let (sender, receiver) = mpsc::channel();
        let (lines, flush) = Lines::to(Out(sender));
        let mut expected = String::new();
        for number in 0..1000 {
            let line = format!("{number}\n");
            lines.make_writer().write_all(line.as_bytes()).unwrap();
            expected.push_str(&line);
        }
        drop(flush);
        let written: Vec<u8> = receiver.iter().flatten().collect();
        assert_eq!(String::from_utf8(written).unwrap(), expected);
    }

    #[test]
    fn lines_beyond_the_limit_are_dropped_and_counted() {
        let (lines, flush) = Lines::to(io::sink());
        let (sender, receiver) = mpsc::channel();
        drop(flush);
        // The thread is gone, so everything waits; another one writes it out at the end.
        let line = vec![b'x'; WAITING_AT_MOST / 2];
        for _ in 0..4 {
            lines.make_writer().write_all(&line).unwrap();
        }
        write_out(&lines.0, Out(sender));
        let written: Vec<u8> = receiver.iter().flatten().collect();
        let (kept, told) = written.split_at(2 * line.len());
        assert_eq!(kept, [line.clone(), line].concat());
        assert_eq!(told, b"2 log lines were dropped: they could not be written fast enough\n");
    }
}
