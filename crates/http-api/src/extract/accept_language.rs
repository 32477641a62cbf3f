use std::{cmp::Reverse, convert::Infallible};

use axum::extract::FromRequestParts;
use domain::localized::Language;
use http::{HeaderMap, header, request::Parts};

/// The language that the client prefers.
pub(crate) struct AcceptedLanguage(pub(crate) Language);

impl<S: Sync> FromRequestParts<S> for AcceptedLanguage {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(accepted_language(&parts.headers)))
    }
}

/// The language that `Accept-Language` prefers (RFC 9110, section 12.5.4): English where the header is missing
/// or accepts neither.
///
/// A range accepts a language whatever follows the primary subtag: who asks for `zh-TW` reads any Chinese more
/// easily than English.
pub(crate) fn accepted_language(headers: &HeaderMap) -> Language {
    let chinese = preference(Language::Chinese, headers);
    if chinese.weight > 0 && chinese > preference(Language::English, headers) {
        Language::Chinese
    } else {
        Language::English
    }
}

/// How much a client wants a language, in the order of importance. Equal weights are common, as clients
/// leave them out: then the first range wins, and `*` comes last.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Preference {
    weight: u16,
    is_named: bool,
    position: Reverse<usize>,
}

fn preference(language: Language, headers: &HeaderMap) -> Preference {
    let lines = headers.get_all(header::ACCEPT_LANGUAGE).iter().filter_map(|line| line.to_str().ok());
    let ranges = lines.flat_map(|line| line.split(',')).filter_map(Range::read);
    let (mut named, mut any) = (None, None);
    for (position, range) in ranges.enumerate() {
        let is_named = range.primary.eq_ignore_ascii_case(language.tag());
        if is_named || range.primary == "*" {
            let preference = Preference { weight: range.weight, is_named, position: Reverse(position) };
            let best = if is_named { &mut named } else { &mut any };
            *best = (*best).max(Some(preference));
        }
    }
    // `*` stands for the languages that no other range names.
    named.or(any).unwrap_or_default()
}

/// One element of `Accept-Language`.
struct Range<'a> {
    /// The primary subtag, as `zh` in `zh-CN`, or `*`.
    primary: &'a str,
    /// The weight in thousandths. What has none is not accepted.
    weight: u16,
}

impl<'a> Range<'a> {
    /// `None` where the element is not of the header's form.
    fn read(element: &'a str) -> Option<Self> {
        let (tag, weight) = match element.split_once(';') {
            Some((tag, parameter)) => {
                let (name, value) = parameter.trim().split_once('=')?;
                (tag, name.eq_ignore_ascii_case("q").then(|| thousandths(value))??)
            }
            None => (element, 1_000),
        };
        // `wx.getSystemInfo` writes `zh_CN`.
        let primary = tag.trim().split(['-', '_']).next()?;
        Some(Self { primary, weight })
    }
}

/// A weight of at most three decimals, from 0 to 1.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let digit = |place: usize| decimals.as_bytes().get(place).map_or(0, |digit| u16::from(digit - b'0'));
    match (whole, digit(0) * 100 + digit(1) * 10 + digit(2)) {
        ("0", thousandths) => Some(thousandths),
        ("1", 0) => Some(1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn accepted(lines: &[&[u8]]) -> Language {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::ACCEPT_LANGUAGE, HeaderValue::from_bytes(line).unwrap());
        }
        accepted_language(&headers)
    }

    #[test]
    fn chinese_is_for_those_who_prefer_it() {
        let table = [
            "zh",
            "zh-CN",
            "ZH-cn",
            "zh_CN",
            "zh-Hans",
            "zh-Hans-CN",
            "zh-TW",
            "zh-CN,zh;q=0.9,en;q=0.8",
            "zh-CN,zh;q=0.9,en-US;q=0.8,en;q=0.7",
            "en;q=0.8, zh;q=0.9",
            "en;q=0.899,zh;q=0.9",
            "en ; q=0.5 , zh ; Q=0.501",
            "fr, zh;q=0.1",
            "fr;q=0.9, zh;q=0.1, de",
            "zh, en",
            "zh;q=0.5, en;q=0.5",
            "zh, *",
            "*, zh",
            "*;q=0.5, zh",
            "*, en;q=0.5",
            "*, en;q=0",
            "en;q=0, *;q=0.001",
            "zh-TW;q=0, zh-CN",
            "zh;q=1.000, en;q=0.999",
            ",, zh ,",
            // What is not of the header's form is skipped.
            "en;q=2, zh;q=0.1",
            "en;q=1.001, zh;q=0.1",
            "en;q=0.5555, zh;q=0.1",
            "en;q=-1, zh;q=0.1",
            "en;q=, zh;q=0.1",
            "en;q, zh;q=0.1",
            "en;level=1, zh;q=0.1",
        ];
        for line in table {
            assert_eq!(accepted(&[line.as_bytes()]), Language::Chinese, "{line}");
        }
        assert_eq!(accepted(&[b"en;q=0.5", b"zh"]), Language::Chinese);
        assert_eq!(accepted(&["中文".as_bytes(), b"zh"]), Language::Chinese);
    }

    #[test]
    fn english_is_for_everyone_else() {
        let table = [
            "",
            "*",
            "*;q=0",
            "en",
            "en-US,en;q=0.9,zh-CN;q=0.8",
            "en, zh",
            "en;q=0.5, zh;q=0.5",
            "fr",
            "fr, de;q=0.5",
            "zh;q=0",
            "zh;q=0.000",
            "zh;q=0, fr",
            "zh;q=0, *",
            "zh;q=0.5, *;q=0.8",
            "en;q=0",
            "en;q=0, zh;q=0",
            "zh;q=0.1, en;q=0.2",
            "zha",
            "z",
            "x-zh",
            "中文",
            "zh;q=0,5",
            "zh;q=1.5",
            "zh;q=0.5;q=1",
            "zh;;",
            ";q=1",
        ];
        for line in table {
            assert_eq!(accepted(&[line.as_bytes()]), Language::English, "{line}");
        }
        assert_eq!(accepted(&[]), Language::English);
        assert_eq!(accepted(&[b"en", b"zh;q=0.9"]), Language::English);
    }

    proptest! {
        #[test]
        fn the_greater_weight_wins_wherever_it_stands(
            zh in 0_u16..=1_000,
            en in 0_u16..=1_000,
            others in proptest::collection::vec(("[a-df-y]{2}(-[A-Z]{2})?", 0_u16..=1_000), 0..4),
            seed in any::<prop::sample::Index>(),
        ) {
            prop_assume!(zh != en);
            let mut ranges: Vec<_> = others;
            ranges.insert(seed.index(ranges.len() + 1), ("zh-CN".to_owned(), zh));
            ranges.insert(seed.index(ranges.len() + 1), ("en".to_owned(), en));
            let write = |(tag, weight): &(String, u16)| {
                format!("{tag};q={}.{:03}", weight / 1_000, weight % 1_000)
            };
            let line = ranges.iter().map(write).collect::<Vec<_>>().join(", ");
            let expected = if zh > en { Language::Chinese } else { Language::English };
            prop_assert_eq!(accepted(&[line.as_bytes()]), expected, "{}", line);
        }

        #[test]
        fn every_header_has_a_language(line in "[ -~]*") {
            accepted(&[line.as_bytes()]);
        }
    }
}
