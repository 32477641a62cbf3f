use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher,
    sync::atomic::{AtomicU64, Ordering},
};

use http::HeaderValue;

const PREFIX: usize = 8;
const NUMBER: usize = 10;

/// A request's id: `5f3a9c01-000000002a`. The first part tells processes apart, the second requests
/// of one process. It is a name, not a secret.
#[derive(Clone, Copy)]
pub(super) struct RequestId([u8; PREFIX + 1 + NUMBER]);

impl RequestId {
    pub(super) fn as_str(&self) -> &str {
        // Hexadecimal digits and a hyphen are always UTF-8.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    pub(super) fn header(&self) -> HeaderValue {
        // Hexadecimal digits and a hyphen are always a header's value.
        HeaderValue::from_bytes(&self.0).unwrap_or(HeaderValue::from_static("-"))
    }
}

/// Where request ids come from.
pub(super) struct RequestIds {
    blank: RequestId,
    next: AtomicU64,
}

impl RequestIds {
    pub(super) fn new() -> Self {
        // The keys of a new hasher are random, which is all that telling processes apart takes.
        let random = RandomState::new().hash_one(PREFIX);
        let mut blank = [b'-'; PREFIX + 1 + NUMBER];
        write_hex(&mut blank[..PREFIX], random);
        Self { blank: RequestId(blank), next: AtomicU64::new(1) }
    }

    pub(super) fn next(&self) -> RequestId {
        let mut id = self.blank;
        write_hex(&mut id.0[PREFIX + 1..], self.next.fetch_add(1, Ordering::Relaxed));
        id
    }
}

/// Fills `digits` with the last digits of `number`.
fn write_hex(digits: &mut [u8], mut number: u64) {
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789abcdef"[(number & 0xf) as usize];
        number >>= 4;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_share_a_prefix_and_count_up() {
        let ids = RequestIds::new();
        let (first, second) = (ids.next(), ids.next());
        assert_eq!(first.as_str().len(), 19);
        assert_eq!(first.as_str()[..9], second.as_str()[..9]);
        assert!(first.as_str().ends_with("-0000000001"), "{}", first.as_str());
        assert!(second.as_str().ends_with("-0000000002"));
        assert_eq!(first.header(), first.as_str());
    }

    #[test]
    fn processes_are_told_apart() {
        assert_ne!(RequestIds::new().next().as_str(), RequestIds::new().next().as_str());
    }
}
