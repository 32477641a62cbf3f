use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher,
    sync::atomic::{AtomicU64, Ordering},
};

use http::HeaderValue;

const PREFIX: usize = 8;
const NUMBER: usize = 10;

/// A request's id, such as `5f3a9c01-000000002a`: a random prefix for the process, then a counter. It is
/// no secret.
#[derive(Clone, Copy)]
pub(super) struct RequestId([u8; PREFIX + 1 + NUMBER]);

impl RequestId {
    pub(super) fn as_str(&self) -> &str {
        // Hexadecimal digits and a hyphen are always UTF-8.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    pub(super) fn header(&self) -> HeaderValue {
        // Hexadecimal digits and a hyphen are always a valid header value.
        HeaderValue::from_bytes(&self.0).unwrap_or(HeaderValue::from_static("-"))
    }
}

/// Generates request ids.
pub(super) struct RequestIds {
    template: RequestId,
    next: AtomicU64,
}

impl RequestIds {
    #[expect(clippy::disallowed_methods, reason = "a prefix that tells processes apart decides nothing")]
    pub(super) fn new() -> Self {
        // A new hasher has random keys, which is random enough for a prefix.
        let random = RandomState::new().hash_one(PREFIX);
        let mut template = [b'-'; PREFIX + 1 + NUMBER];
        write_hex(&mut template[..PREFIX], random);
        Self { template: RequestId(template), next: AtomicU64::new(1) }
    }

    pub(super) fn next(&self) -> RequestId {
        let mut id = self.template;
        write_hex(&mut id.0[PREFIX + 1..], self.next.fetch_add(1, Ordering::Relaxed));
        id
    }
}

/// Fills `digits` with the last hexadecimal digits of `number`.
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
    fn processes_have_different_prefixes() {
        assert_ne!(RequestIds::new().next().as_str(), RequestIds::new().next().as_str());
    }
}
