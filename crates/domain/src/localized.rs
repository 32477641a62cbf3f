//! Text for people, in the languages that clients are answered in.

use std::{borrow::Cow, fmt};

/// A language that clients are answered in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English, the language of the log, too.
    English,
    /// Chinese, in simplified characters.
    Chinese,
}

impl Language {
    /// Its language tag (RFC 5646).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }
}

/// The same text in every [`Language`]. Displayed, it is English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Localized {
    en: Cow<'static, str>,
    zh: Cow<'static, str>,
}

impl Localized {
    /// A text that names something of this occurrence.
    pub fn new(en: impl Into<Cow<'static, str>>, zh: impl Into<Cow<'static, str>>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// A text that is always the same.
    pub const fn fixed(en: &'static str, zh: &'static str) -> Self {
        Self { en: Cow::Borrowed(en), zh: Cow::Borrowed(zh) }
    }

    /// "must be …", with what is `expected`.
    #[must_use]
    pub fn must_be(expected: &Self) -> Self {
        Self::new(format!("must be {expected}"), format!("必须是{}", after_han(&expected.zh)))
    }

    /// "must be …, not …", with what is `expected` and what was `found`.
    #[must_use]
    pub fn must_be_not(expected: &Self, found: &Self) -> Self {
        let Self { en, zh } = Self::must_be(expected);
        Self::new(format!("{en}, not {found}"), format!("{zh}，而不是{}", after_han(&found.zh)))
    }

    /// The text in `language`.
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Chinese => &self.zh,
        }
    }
}

impl fmt::Display for Localized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

/// `text` as it follows a Chinese character: a space sets Latin letters and digits apart.
fn after_han(text: &str) -> String {
    if text.starts_with(|first: char| first.is_ascii()) { format!(" {text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_read_well_in_both_languages() {
        let (uuid, number) = (Localized::fixed("a UUID", "UUID"), Localized::fixed("a number", "数字"));
        let null = Localized::fixed("null", "null");
        let table = [
            (Localized::must_be(&uuid), "must be a UUID", "必须是 UUID"),
            (Localized::must_be(&number), "must be a number", "必须是数字"),
            (
                Localized::must_be_not(&uuid, &number),
                "must be a UUID, not a number",
                "必须是 UUID，而不是数字",
            ),
            (Localized::must_be_not(&number, &null), "must be a number, not null", "必须是数字，而不是 null"),
        ];
        for (text, en, zh) in table {
            assert_eq!((text.text(Language::English), text.text(Language::Chinese)), (en, zh));
            assert_eq!(text.to_string(), en);
        }
    }
}
