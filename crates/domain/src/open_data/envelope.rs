use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::text::InvalidText;

/// The longest ciphertext that is taken, in bytes of base64. A year of steps would fit.
const LONGEST_ENCRYPTED_DATA: usize = 64 * 1024;

/// The longest `rawData` that is taken, in bytes.
const LONGEST_RAW_DATA: usize = 16 * 1024;

/// `encryptedData`: an AES-128-CBC ciphertext, decoded from base64. Its length is not checked
/// here: that failure must look like a failure of decryption.
#[derive(Clone, PartialEq, Eq)]
pub struct EncryptedData(Vec<u8>);

impl EncryptedData {
    /// The ciphertext.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FromStr for EncryptedData {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() || text.len() > LONGEST_ENCRYPTED_DATA {
            return Err(InvalidText::new(
                "1 to 65536 characters of standard base64",
                "1 到 65536 个字符的标准 Base64",
            ));
        }
        STANDARD.decode(text).map(Self).map_err(|_| {
            InvalidText::new(
                "standard base64, as wx gave it (no spaces for '+', no line breaks, not URL-safe)",
                "wx 返回的标准 Base64 原值（不能把“+”变成空格，不能换行，不能是 URL-safe 变体）",
            )
        })
    }
}

impl fmt::Debug for EncryptedData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptedData({} bytes)", self.0.len())
    }
}

/// `iv`: the 16 bytes that start the AES-128-CBC chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Iv([u8; 16]);

impl Iv {
    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl FromStr for Iv {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || {
            InvalidText::new(
                "16 bytes in standard base64, as wx gave it",
                "wx 返回的原值，即 16 字节的标准 Base64",
            )
        };
        if text.len() != 24 {
            return Err(invalid());
        }
        let mut decoded = [0; 18];
        let length = STANDARD.decode_slice(text, &mut decoded).map_err(|_| invalid())?;
        decoded[..length].try_into().map(Self).map_err(|_| invalid())
    }
}

/// `rawData`: the very text that WeChat signed. It is never parsed and written again, which would
/// break the signature.
#[derive(Clone, PartialEq, Eq)]
pub struct RawData(String);

impl RawData {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RawData {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() || text.len() > LONGEST_RAW_DATA {
            return Err(InvalidText::new(
                "1 to 16384 bytes, the rawData string exactly as wx gave it",
                "wx 返回的 rawData 原值，1 到 16384 字节",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for RawData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawData({} bytes)", self.0.len())
    }
}

/// `signature`: a SHA-1 in hex, in lower case as WeChat writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature([u8; 20]);

impl Signature {
    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl FromStr for Signature {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: &[u8; 40] = text.as_bytes().try_into().map_err(|_| INVALID_SIGNATURE)?;
        let mut bytes = [0; 20];
        for (byte, [high, low]) in bytes.iter_mut().zip(digits.as_chunks().0) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Ok(Self(bytes))
    }
}

const INVALID_SIGNATURE: InvalidText =
    InvalidText::new("40 hexadecimal digits in lower case", "40 个小写的十六进制数字");

fn digit(digit: u8) -> Result<u8, InvalidText> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(INVALID_SIGNATURE),
    }
}

/// `rawData` and the signature over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedData {
    /// The text that was signed.
    pub raw_data: RawData,
    /// `sha1(rawData + session_key)`.
    pub signature: Signature,
}

/// An encrypted payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// The ciphertext.
    pub encrypted_data: EncryptedData,
    /// Its initial vector.
    pub iv: Iv,
}
