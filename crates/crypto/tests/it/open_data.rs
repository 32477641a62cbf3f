use std::fmt::Write;

use aes::{
    Aes128,
    cipher::{Array, BlockModeEncrypt, KeyIvInit},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use crypto::WeChatOpenData;
use domain::{
    key_ring::SessionKey,
    open_data::{OpenData, OpenDataFault, OpenedData, Payload, RawData, Signature, SignedData},
    time::Timestamp,
    user::{Gender, Profile},
};
use proptest::prelude::*;
use serde_json::json;
use sha1::{Digest, Sha1};

const KEY: [u8; 16] = *b"a session key ..";
const IV: [u8; 16] = *b"an initial vecto";

fn key() -> SessionKey {
    SessionKey::from_bytes(KEY)
}

/// Encrypts whole blocks, which the caller has padded.
fn encrypted(mut plaintext: Vec<u8>) -> Payload {
    let (blocks, rest) = Array::slice_as_chunks_mut(&mut plaintext);
    assert!(rest.is_empty());
    cbc::Encryptor::<Aes128>::new(&KEY.into(), &IV.into()).encrypt_blocks(blocks);
    payload(&plaintext, IV)
}

fn payload(ciphertext: &[u8], iv: [u8; 16]) -> Payload {
    Payload {
        encrypted_data: STANDARD.encode(ciphertext).parse().unwrap(),
        iv: STANDARD.encode(iv).parse().unwrap(),
    }
}

fn padded(plaintext: &[u8]) -> Vec<u8> {
    let padding = 16 - plaintext.len() % 16;
    let mut bytes = plaintext.to_vec();
    bytes.resize(plaintext.len() + padding, u8::try_from(padding).unwrap());
    bytes
}

fn open(plaintext: impl AsRef<[u8]>) -> Result<OpenedData, OpenDataFault> {
    WeChatOpenData.open(&key(), &encrypted(padded(plaintext.as_ref())))
}

/// A JSON object of `fields` and a watermark.
fn with_watermark(fields: &str) -> String {
    format!(r#"{{{fields},"watermark":{{"timestamp":1795104000,"appid":"wx0123456789abcdef"}}}}"#)
}

fn profile_of(fields: &str) -> Profile {
    open(with_watermark(fields)).unwrap().profile.unwrap()
}

#[test]
fn only_padding_lengths_from_1_to_16_are_accepted() {
    let json = with_watermark(r#""city":"Guangzhou""#);
    for last in 0..=255_u8 {
        let padding = usize::from(last).clamp(1, 16);
        let spaces = (16 - (json.len() + padding) % 16) % 16;
        let plaintext = [json.as_bytes(), &vec![b' '; spaces], &vec![last; padding]].concat();

        let result = WeChatOpenData.open(&key(), &encrypted(plaintext));
        if (1..=16).contains(&last) {
            assert_eq!(result.unwrap().json, json.clone() + &" ".repeat(spaces), "last byte {last}");
        } else {
            assert_eq!(result.unwrap_err(), OpenDataFault::BadPadding, "last byte {last}");
        }
    }
}

#[test]
fn a_wrong_padding_byte_is_rejected_at_every_position() {
    let json = with_watermark(r#""city":"Guangzhou""#);
    let block_end = json.len() / 16 * 16;
    for from_end in 2..=16 {
        let mut plaintext = json.as_bytes()[..block_end].to_vec();
        plaintext.extend([16; 16]);
        let position = plaintext.len() - from_end;
        plaintext[position] = 15;
        assert_eq!(
            WeChatOpenData.open(&key(), &encrypted(plaintext)).unwrap_err(),
            OpenDataFault::BadPadding
        );
    }
}

#[test]
fn a_ciphertext_of_incomplete_blocks_is_rejected() {
    for length in [1, 15, 17, 31] {
        let result = WeChatOpenData.open(&key(), &payload(&vec![7; length], IV));
        assert_eq!(result.unwrap_err(), OpenDataFault::InvalidCiphertextLength, "{length} bytes");
    }
}

#[test]
fn faults_are_classified() {
    let cases: [(&[u8], OpenDataFault); 20] = [
        (b"", OpenDataFault::InvalidJson),
        (b"{\"nickName\":\"\xff\"}", OpenDataFault::InvalidUtf8),
        (b"not json", OpenDataFault::InvalidJson),
        (b"{", OpenDataFault::InvalidJson),
        (b"{} {}", OpenDataFault::InvalidJson),
        (b"{\"a\":NaN}", OpenDataFault::InvalidJson),
        (b"{\"a\":1,}", OpenDataFault::InvalidJson),
        (b"{\"nickName\":\"two\nlines\"}", OpenDataFault::InvalidJson),
        (b"\xef\xbb\xbf{}", OpenDataFault::InvalidJson),
        (b"[1,", OpenDataFault::InvalidJson),
        (b"[] []", OpenDataFault::InvalidJson),
        (b"[]", OpenDataFault::NotAnObject),
        (b" \n 12", OpenDataFault::NotAnObject),
        (b"\"text\"", OpenDataFault::NotAnObject),
        (b" {} ", OpenDataFault::MissingWatermark),
        (b"{\"watermark\":null}", OpenDataFault::MissingWatermark),
        (b"{\"watermark\":\"wx\"}", OpenDataFault::MissingWatermark),
        (b"{\"watermark\":{\"appid\":\"wx\"}}", OpenDataFault::MissingWatermark),
        (b"{\"watermark\":{\"appid\":1,\"timestamp\":1}}", OpenDataFault::MissingWatermark),
        (b"{\"watermark\":{\"appid\":\"wx\",\"timestamp\":\"1\"}}", OpenDataFault::MissingWatermark),
    ];
    for (plaintext, fault) in cases {
        assert_eq!(open(plaintext).unwrap_err(), fault, "{}", plaintext.escape_ascii());
    }
}

#[test]
fn a_watermark_may_have_any_time_and_more_members() {
    for (timestamp, millis) in
        [("-1", -1000), ("0", 0), ("9223372036854775807", i64::MAX), ("1795104000", 1_795_104_000_000)]
    {
        let json = format!(r#"{{"watermark":{{"new":[],"timestamp":{timestamp},"appid":"wx"}}}}"#);
        assert_eq!(open(json).unwrap().watermark.timestamp, Timestamp::from_millis(millis));
    }
}

#[test]
fn a_field_of_the_wrong_type_does_not_affect_the_others() {
    for wrong in ["null", "true", "1e999", "-7", "[[1]]", r#"{"a":{}}"#, r#""\ud83d""#] {
        let fields = format!(
            r#""nickName":{wrong},"gender":{wrong},"language":{wrong},"avatarUrl":{wrong},"city":"Guangzhou""#
        );
        let profile = profile_of(&fields);
        assert_eq!(profile.city.as_str(), "Guangzhou", "{wrong}");
        assert_eq!(Profile { city: profile.city.clone(), ..Profile::default() }, profile, "{wrong}");
    }
}

#[test]
fn genders_are_parsed_from_wechats_numbers() {
    for (written, gender) in [
        ("0", Gender::Unknown),
        ("1", Gender::Male),
        ("2", Gender::Female),
        ("3", Gender::Unknown),
        ("256", Gender::Unknown),
        (r#""1""#, Gender::Unknown),
    ] {
        let fields = format!(r#""nickName":"","gender":{written}"#);
        assert_eq!(profile_of(&fields).gender, gender, "{written}");
    }
}

#[test]
fn escaped_strings_are_unescaped() {
    let profile =
        profile_of(r#""nickName":"\u5fae\ud83d\ude00 \"q\"","avatarUrl":"https:\/\/wx.qlogo.cn\/0""#);

    assert_eq!(profile.nickname.as_str(), "微😀 \"q\"");
    assert_eq!(profile.avatar_url.as_str(), "https://wx.qlogo.cn/0");
}

#[test]
fn escaped_field_names_are_unescaped() {
    assert_eq!(open(with_watermark(r#""open\u0049d":"oA""#)).unwrap().openid.as_deref(), Some("oA"));
}

#[test]
fn an_openid_that_is_not_a_string_is_kept() {
    let openid = |written: &str| open(with_watermark(&format!(r#""openId":{written}"#))).unwrap().openid;

    assert_eq!(openid(r#""oA""#).as_deref(), Some("oA"));
    assert_eq!(openid("7").as_deref(), Some("7"));
    assert_eq!(openid(r#""\ud83d""#).as_deref(), Some(r#""\ud83d""#));
    assert_eq!(openid("null"), None);
}

#[test]
fn the_last_of_duplicate_fields_counts() {
    let opened = open(with_watermark(r#""openId":"oA","openId":"oB""#)).unwrap();

    assert_eq!(opened.openid.as_deref(), Some("oB"));
}

#[test]
fn deep_nesting_is_accepted() {
    let depth = 20_000;
    let nested = format!(r#""x":{}{}"#, "[".repeat(depth), "]".repeat(depth));

    assert!(open(with_watermark(&nested)).is_ok());
}

#[test]
fn the_profile_is_read_from_raw_data() {
    let profile_in = |text: &str| WeChatOpenData.profile_in(&text.parse::<RawData>().unwrap());

    let profile = profile_in(r#"{"nickName":"Band","gender":1,"city":"Guangzhou"}"#).unwrap();
    assert_eq!((profile.nickname.as_str(), profile.gender), ("Band", Gender::Male));
    assert_eq!(profile_in(r#"{"nickName":""}"#), Some(Profile::default()));
    assert_eq!(profile_in("{}"), None);
    assert_eq!(profile_in("[]"), None);
    assert_eq!(profile_in("{"), None);
}

fn signature_of(raw_data: &str, key: &SessionKey) -> Signature {
    let digest = Sha1::new().chain_update(raw_data).chain_update(key.expose_text()).finalize();
    let mut hex = String::new();
    for byte in digest {
        write!(hex, "{byte:02x}").unwrap();
    }
    hex.parse().unwrap()
}

proptest! {
    #[test]
    fn encrypted_data_opens(nickname in "[^\\p{Cc}]{0,40}", openid in "[ -~]{1,40}", seconds in 0..4_000_000_000_i64) {
        let json = json!({
            "openId": openid,
            "nickName": nickname,
            "gender": 2,
            "watermark": { "timestamp": seconds, "appid": "wx0123456789abcdef" },
        }).to_string();
        let opened = open(&json).unwrap();
        prop_assert_eq!(opened.openid, Some(openid));
        let profile = opened.profile.unwrap();
        prop_assert_eq!(profile.nickname.as_str(), nickname);
        prop_assert_eq!(profile.gender, Gender::Female);
        prop_assert_eq!(opened.watermark.timestamp, Timestamp::from_millis(seconds * 1000));
        prop_assert_eq!(opened.json, json);
    }

    #[test]
    fn arbitrary_bytes_do_not_open(ciphertext in prop::collection::vec(any::<u8>(), 1..200), iv: [u8; 16]) {
        prop_assert!(WeChatOpenData.open(&key(), &payload(&ciphertext, iv)).is_err());
    }

    #[test]
    fn another_key_does_not_open_the_data(other: [u8; 16]) {
        prop_assume!(other != KEY);
        let payload = encrypted(padded(with_watermark(r#""nickName":"Band""#).as_bytes()));
        prop_assert!(WeChatOpenData.open(&SessionKey::from_bytes(other), &payload).is_err());
    }

    #[test]
    fn a_signature_covers_the_data_and_every_bit_of_the_key(
        raw_data in "[^\\p{Cc}]{1,60}",
        bytes: [u8; 16],
        index: prop::sample::Index,
    ) {
        let key = SessionKey::from_bytes(bytes);
        let signed = SignedData { raw_data: raw_data.parse().unwrap(), signature: signature_of(&raw_data, &key) };
        prop_assert!(WeChatOpenData.is_signed_with(&key, &signed));

        let mut other = bytes;
        let bit = index.index(128);
        other[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(!WeChatOpenData.is_signed_with(&SessionKey::from_bytes(other), &signed));

        let longer = SignedData { raw_data: format!("{raw_data} ").parse().unwrap(), ..signed };
        prop_assert!(!WeChatOpenData.is_signed_with(&key, &longer));
    }
}
