//! Text that comes from outside, and what is allowed in it.

use crate::localized::Localized;

/// A text that does not have the form its type promises.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be {expected}")]
pub struct InvalidText {
    expected: &'static str,
    expected_zh: &'static str,
}

impl InvalidText {
    /// Says what was `expected`, as it follows "must be", and the same in Chinese, as it follows "必须是".
    pub const fn new(expected: &'static str, expected_zh: &'static str) -> Self {
        Self { expected, expected_zh }
    }

    /// What is wrong, as the rest of a sentence that begins with the text's name.
    pub fn detail(&self) -> Localized {
        Localized::must_be(&Localized::fixed(self.expected, self.expected_zh))
    }
}

/// Declares a newtype over a non-secret text with a rule on its form.
macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $expected_zh:literal, $rule:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::InvalidText;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::try_from(text.to_owned())
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::text::InvalidText;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                let rule: fn(&str) -> bool = $rule;
                if rule(&text) {
                    Ok(Self(text))
                } else {
                    Err($crate::text::InvalidText::new($expected, $expected_zh))
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

/// Declares a newtype over a secret text: its `Debug` says nothing and it is wiped on drop.
macro_rules! secret_text {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $expected_zh:literal, $rule:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
        pub struct $name(String);

        impl $name {
            /// The secret itself: for the wire or a hash, never for a log.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::InvalidText;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let rule: fn(&str) -> bool = $rule;
                if rule(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err($crate::text::InvalidText::new($expected, $expected_zh))
                }
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

/// Declares an enum whose variants have names for the store, logs and metrics, as one list: none can
/// be missing in `ALL`.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every variant.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name in the store, in logs and in metrics.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

/// True where `text` has 1 to `max` bytes and no control character.
pub(crate) fn is_line(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.len()) && !has_control(text)
}

/// True where `text` has 1 to `max` visible ASCII characters.
pub(crate) fn is_visible_ascii(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.len()) && are_all(text, |byte| byte.is_ascii_graphic())
}

/// True where a control character stands in `text`.
pub(crate) fn has_control(text: &str) -> bool {
    // One that is not ASCII begins with 0xC2, as few other characters do.
    let may_be_control = |byte: u8| byte.is_ascii_control() || byte == 0xC2;
    !are_all(text, |byte| !may_be_control(byte)) && text.chars().any(char::is_control)
}

/// True where `rule` holds for every byte. All of them are looked at, whatever is found: without a
/// way out in the middle one instruction does many.
fn are_all(text: &str, rule: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(true, |so_far, byte| so_far & rule(byte))
}

pub(crate) use {named, secret_text, text};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_found_wherever_they_stand() {
        for character in (0..=0x2FFF).filter_map(char::from_u32) {
            for text in [format!("{character}"), format!("小é{character}"), format!("{character}©b")] {
                assert_eq!(has_control(&text), character.is_control(), "{text:?}");
            }
        }
    }

    #[test]
    fn a_line_is_short_and_has_no_control_character() {
        for (text, expected) in [("ab", true), ("小", true), ("", false), ("abcd", false), ("a\n", false)] {
            assert_eq!(is_line(text, 3), expected, "{text:?}");
        }
    }
}
