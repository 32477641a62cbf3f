//! Reads arbitrary bodies, encrypted arbitrary plaintexts and encrypted arbitrary messages, and writes arbitrary answers.
#![no_main]

use std::collections::BTreeMap;

use aes::{
    Aes256,
    cipher::{Array, BlockModeEncrypt, KeyIvInit},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use crypto::WeChatPushReader;
use domain::{
    push::{
        PushAesKey, PushAnswer, PushFault, PushForm, PushFormat, PushMessage, PushQuery, PushReader,
        PushSettings,
    },
    time::Timestamp,
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use sha1::{Digest, Sha1};

const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const TOKEN: &str = "token";
const APP_ID: &str = "wx0123456789abcdef";

fuzz_target!(|bytes: &[u8]| {
    // As a body: signed beside it, then not signed at all.
    let plain = read(false, &query(""), bytes);
    if let Ok(message) = &plain {
        assert_valid(message);
    }
    assert!(read(true, &query("A"), bytes).is_err());
    assert_eq!(read(false, &PushQuery::default(), bytes), Err(PushFault::InvalidSignature));

    // As a ciphertext, and as the plaintext of one.
    let _ = read_encrypted(&STANDARD.encode(bytes));
    let _ = read_encrypted(&encrypt(bytes));

    // As a message, which decryption must return unchanged. An envelope is one, too, where it was encrypted.
    let length = (bytes.len() as u32).to_be_bytes();
    let enclosed = [[0; 16].as_slice(), &length, bytes, APP_ID.as_bytes()].concat();
    let opened = read_encrypted(&encrypt(&enclosed));
    if plain != Err(PushFault::NoKey) {
        assert_eq!(opened.map(content), plain.map(content));
    }
    if let Ok(text) = str::from_utf8(bytes) {
        answer(text);
    }
});

/// What does not depend on how a message was delivered.
fn content(message: PushMessage) -> (String, BTreeMap<String, String>) {
    (message.json, message.members)
}

/// As the answer of a back end: what is encrypted for WeChat is what is written in plain text.
fn answer(body: &str) {
    let at = Timestamp::from_millis(1_714_112_445_000);
    let answer = PushAnswer { body: body.to_owned(), nonce: "415670741".to_owned(), at };
    for format in [PushFormat::Json, PushFormat::Xml] {
        let write = |is_encrypted| {
            let form = PushForm { format, is_encrypted };
            WeChatPushReader.answer(&APP_ID.parse().unwrap(), &settings(is_encrypted), form, &answer).unwrap()
        };
        let (plain, encrypted) = (write(false), write(true));
        if format == PushFormat::Xml && serde_json::from_str::<BTreeMap<String, Value>>(body).is_ok() {
            assert!(plain.chars().all(is_xml), "{plain}");
        }
        // It is an envelope, which nobody opens who has no key.
        assert_eq!(read(false, &query(""), encrypted.as_bytes()), Err(PushFault::NoKey));
        let start = if format == PushFormat::Xml { "<Encrypt><![CDATA[" } else { r#""Encrypt":""# };
        let (_, rest) = encrypted.split_once(start).unwrap();
        let text = &rest[..rest.find([']', '"']).unwrap()];
        let (opened, plain) =
            (read(true, &query(text), encrypted.as_bytes()), read(false, &query(""), plain.as_bytes()));
        if plain != Err(PushFault::NoKey) {
            assert_eq!(opened.map(|message| message.json), plain.map(|message| message.json));
        }
    }
}

/// Reads a body, encrypted or in plain text.
fn read(is_encrypted: bool, query: &PushQuery, body: &[u8]) -> Result<PushMessage, PushFault> {
    WeChatPushReader.read(&APP_ID.parse().unwrap(), &settings(is_encrypted), query, body)
}

fn settings(is_encrypted: bool) -> PushSettings {
    let key: PushAesKey = KEY.parse().unwrap();
    let aes_keys = if is_encrypted { vec![key] } else { Vec::new() };
    PushSettings { token: TOKEN.parse().unwrap(), aes_keys, relay: None }
}

fn read_encrypted(encrypted: &str) -> Result<PushMessage, PushFault> {
    let body = format!("<xml><Encrypt>{encrypted}</Encrypt></xml>");
    read(true, &query(encrypted), body.as_bytes())
}

fn query(encrypted: &str) -> PushQuery {
    let (timestamp, nonce) = ("1714112445", "415670741");
    PushQuery {
        signature: signature(&mut [TOKEN, timestamp, nonce]),
        msg_signature: signature(&mut [TOKEN, timestamp, nonce, encrypted]),
        timestamp: timestamp.to_owned(),
        nonce: nonce.to_owned(),
    }
}

fn signature(parts: &mut [&str]) -> String {
    parts.sort_unstable();
    Sha1::digest(parts.concat()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn encrypt(plaintext: &[u8]) -> String {
    let padding = 32 - plaintext.len() % 32;
    let mut bytes = plaintext.to_vec();
    bytes.resize(plaintext.len() + padding, padding as u8);
    let (blocks, _) = Array::slice_as_chunks_mut(&mut bytes);
    let key: PushAesKey = KEY.parse().unwrap();
    let (iv, _) = key.expose_bytes().split_first_chunk::<16>().unwrap();
    cbc::Encryptor::<Aes256>::new(key.expose_bytes().into(), iv.into()).encrypt_blocks(blocks);
    STANDARD.encode(bytes)
}

/// A message is a JSON object, and its members are trimmed.
fn assert_valid(message: &PushMessage) {
    let object: BTreeMap<String, Value> = serde_json::from_str(&message.json).unwrap();
    assert!(message.members.len() <= object.len());
    assert!(message.members.iter().flat_map(|(name, text)| [name, text]).all(|text| text.trim() == text));
}

/// Whether XML 1.0 has the character at all.
fn is_xml(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}
