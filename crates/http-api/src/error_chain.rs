use std::{error::Error, iter::successors};

/// An error and all of its sources in one line, for logs: `the store failed: connection refused`. A source that
/// the error before it has in its own text is left out.
pub fn error_chain(error: &dyn Error) -> String {
    let mut chain = error.to_string();
    for source in successors(error.source(), |&source| source.source()).map(ToString::to_string) {
        if !chain.ends_with(&source) {
            chain = format!("{chain}: {source}");
        }
    }
    chain
}

#[cfg(test)]
mod tests {
    use std::{fmt, io};

    use super::*;

    #[derive(Debug)]
    struct Outer(&'static str, io::Error);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.1)
        }
    }

    #[test]
    fn every_source_is_told_once() {
        for (text, expected) in [
            ("the store failed", "the store failed: refused"),
            ("the store failed: refused", "the store failed: refused"),
        ] {
            assert_eq!(error_chain(&Outer(text, io::Error::other("refused"))), expected);
        }
    }
}
