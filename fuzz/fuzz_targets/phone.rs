//! Reads arbitrary texts as phone numbers, as WeChat gives them and as operators type them.
#![no_main]

use domain::{
    people::PeopleQuery,
    phone::{PhoneNumber, looks_like_phone_code},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str)| {
    let (country_code, national) = input;
    let _ = looks_like_phone_code(national);
    if let Ok(number) = PhoneNumber::try_new(country_code, national) {
        assert_sound(&number);
        let is_digit = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        assert_eq!(number.e164(), format!("+{}{}", is_digit(country_code), is_digit(national)));
    }
    if let Some(PeopleQuery::Phone(number)) = PeopleQuery::read(national) {
        assert_sound(&number);
    }
});

/// A number is one of E.164, is read again as itself, and is shown with its middle left out.
fn assert_sound(number: &PhoneNumber) {
    let e164 = number.e164();
    let digits = e164.strip_prefix('+').unwrap();
    assert!((5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()), "{e164}");
    assert!(!digits.starts_with('0'), "{e164}");
    let Some(PeopleQuery::Phone(again)) = PeopleQuery::read(&e164) else { panic!("{e164} is not found") };
    assert_eq!(again.e164(), e164);

    let masked = number.masked();
    assert_eq!(masked.len(), e164.len() + 1, "{masked}");
    let national = masked.split_once(' ').unwrap().1;
    let (hidden, shown) = (national.matches('*').count(), if national.len() >= 10 { 5 } else { 4 });
    assert_eq!(hidden, national.len() - shown, "{masked}");
    assert!(hidden < 2 || !format!("{number:?}").contains(digits), "{number:?}");
}
