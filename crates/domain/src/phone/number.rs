use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::text::InvalidText;

/// The most digits of a number with its country code (E.164).
const MOST_DIGITS: usize = 15;

/// A phone number, as its country code and the number within the country.
///
/// It is personal: `Debug` shows it masked, and it is wiped from memory on drop.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct PhoneNumber {
    country_code: String,
    national: String,
}

impl PhoneNumber {
    /// The number `national` (WeChat's `purePhoneNumber`) in the country with this code (`countryCode`, with
    /// or without a plus sign). Spaces and hyphens are left out.
    pub fn try_new(country_code: &str, national: &str) -> Result<Self, InvalidText> {
        let digits = |text: &str| -> String {
            text.chars().filter(|character| !matches!(character, ' ' | '-')).collect()
        };
        let country_code = digits(country_code.trim_start_matches('+'));
        let national = digits(national);
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_valid = (1..=3).contains(&country_code.len())
            && !country_code.starts_with('0')
            && (4..=MOST_DIGITS - country_code.len()).contains(&national.len())
            && are_digits(&country_code)
            && are_digits(&national);
        if is_valid {
            Ok(Self { country_code, national })
        } else {
            Err(InvalidText::new(
                "a country code and a number, together at most 15 digits",
                "国家代码和号码，合计不超过 15 位数字",
            ))
        }
    }

    /// The whole number in the form of E.164: a plus sign and digits.
    pub fn e164(&self) -> String {
        format!("+{}{}", self.country_code, self.national)
    }

    /// The number as others than its owner may see it: of ten digits or more the first three and the last
    /// two, of fewer the first two and the last two (WeChat's operating rules).
    pub fn masked(&self) -> String {
        let length = self.national.len();
        let first = if length >= 10 { 3 } else { 2 };
        let stars = "*".repeat(length.saturating_sub(first + 2));
        let (first, last) = (&self.national[..first], &self.national[length - 2..]);
        format!("+{} {first}{stars}{last}", self.country_code)
    }

    /// What is sealed: both parts.
    pub(super) fn to_sealed_text(&self) -> zeroize::Zeroizing<String> {
        format!("{} {}", self.country_code, self.national).into()
    }

    /// Reads what was sealed.
    pub(super) fn from_sealed_text(text: &str) -> Result<Self, InvalidText> {
        let (country_code, national) = text.split_once(' ').unwrap_or_default();
        Self::try_new(country_code, national)
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_form() {
        let table = [
            ("86", "13800138000", "+8613800138000", "+86 138******00"),
            ("+86", "138 0013-8000", "+8613800138000", "+86 138******00"),
            ("852", "61234567", "+85261234567", "+852 61****67"),
            ("1", "5551234567", "+15551234567", "+1 555*****67"),
            ("44", "1234", "+441234", "+44 1234"),
            ("299", "123456789012", "+299123456789012", "+299 123*******12"),
        ];
        for (country_code, national, e164, masked) in table {
            let number = PhoneNumber::try_new(country_code, national).unwrap();
            assert_eq!((&*number.e164(), &*number.masked()), (e164, masked));
            assert_eq!(format!("{number:?}"), format!("PhoneNumber({masked})"));
            assert_eq!(PhoneNumber::from_sealed_text(&number.to_sealed_text()), Ok(number));
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        let table = [
            ("", "13800138000"),
            ("0", "13800138000"),
            ("8600", "1380013"),
            ("86", ""),
            ("86", "138"),
            ("86", "1380013800a"),
            ("86", "+8613800138000"),
            ("86", "１３８００１３８０００"),
            ("299", "1234567890123"),
        ];
        for (country_code, national) in table {
            assert!(PhoneNumber::try_new(country_code, national).is_err(), "{country_code} {national}");
        }
        assert!(PhoneNumber::from_sealed_text("8613800138000").is_err());
    }
}
