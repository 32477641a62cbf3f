//! Catches what is logged, for tests.

use std::{
    io::{self, Write},
    sync::mpsc::{Sender, channel},
};

/// The lines that `act` logs.
pub(crate) fn lines_during(act: impl FnOnce()) -> String {
    let (lines, written) = channel();
    let page = move || Page(lines.clone());
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(page).finish();
    tracing::subscriber::with_default(subscriber, act);
    String::from_utf8(written.try_iter().flatten().collect()).unwrap()
}

struct Page(Sender<Vec<u8>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.send(bytes.to_vec()).unwrap();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
