use std::{fmt, str::FromStr};

use crate::{ids::IdentityId, text::InvalidText};

/// What logs call a person at one app: 16 hexadecimal digits, the same on every instance, from which nobody
/// without the key learns who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pseudonym(u64);

impl Pseudonym {
    /// The pseudonym with this value.
    pub const fn new(value: u64) -> Self {
        Self(value)
    }

    /// Its value.
    pub const fn value(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Pseudonym {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let is_one = text.len() == 16 && text.bytes().all(is_digit);
        let value = u64::from_str_radix(text, 16).ok().filter(|_| is_one);
        value.map(Self).ok_or(InvalidText::new("16 hexadecimal digits", "16 位十六进制数"))
    }
}

/// Gives people pseudonyms.
pub trait Pseudonyms: Send + Sync {
    /// The pseudonym of a person at one app: a keyed hash of both.
    fn of(&self, identity: &IdentityId) -> Pseudonym;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_is_16_hexadecimal_digits() {
        let pseudonym = Pseudonym::new(0xab);
        assert_eq!(pseudonym.to_string(), "00000000000000ab");
        assert_eq!("00000000000000ab".parse(), Ok(pseudonym));
        for text in ["", "ab", "00000000000000AB", "+0000000000000ab", "00000000000000abc"] {
            assert!(text.parse::<Pseudonym>().is_err(), "{text}");
        }
    }
}
