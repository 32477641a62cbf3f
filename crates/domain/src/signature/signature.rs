use crate::text::secret_text;

secret_text! {
    /// A signature in lower case: WeChat refuses upper case for payments.
    Signature, "64 hexadecimal digits in lower case", "64 个小写的十六进制数字", is_lower_hex
}

fn is_lower_hex(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl Signature {
    /// The signature with these bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xF]);
        Self(digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_digits_in_lower_case() {
        let mut byte = 0xF1;
        let counting_down = std::array::from_fn(|_| {
            byte -= 1;
            byte
        });
        let signature = Signature::from_bytes(&counting_down);
        assert_eq!(signature.expose(), "f0efeeedecebeae9e8e7e6e5e4e3e2e1e0dfdedddcdbdad9d8d7d6d5d4d3d2d1");
        assert_eq!(signature.expose().parse(), Ok(signature.clone()));
        assert!(signature.expose().to_uppercase().parse::<Signature>().is_err());
    }
}
