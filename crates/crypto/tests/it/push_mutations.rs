//! Messages that were altered on their way. Each property is tried some 10,000 times, 100,000 times in all.

use crypto::WeChatPushReader;
use domain::push::{PushAesKey, PushFault, PushMessage, PushQuery, PushReader};
use proptest::{prelude::*, sample::Index};
use serde_json::Value;

use crate::push_sender::{APP_ID, encrypt, key_of, query, said, settings};

const JSON: &str = r#"{"ToUserName":"gh_0123456789ab","FromUserName":"oTEST5mock000000platform0001",
    "CreateTime":1795104000,"MsgType":"event","Event":"user_authorization_revoke","AppID":"wx0123456789abcdef",
    "RevokeInfo":"8","List":[{"a":"\u5fae"},null,true,1.5]}"#;

const XML: &str = "<?xml version=\"1.0\"?><xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName>\n\
    <FromUserName><![CDATA[oTEST5mock000000platform0001]]></FromUserName><CreateTime>1795104000</CreateTime>\
    <Content>&lt;a &#x5fae;</Content><List><a b='c'/><a>1</a></List><!-- d --><MsgId>42</MsgId></xml>";

/// What happens to a body on its way.
#[derive(Clone, Debug)]
enum Mutation {
    Flip(Index, u8),
    Truncate(Index),
    Remove(Index, u8),
    Insert(Index, Vec<u8>),
}

impl Mutation {
    fn apply(&self, body: &mut Vec<u8>) {
        match self {
            Self::Flip(index, bit) => {
                let place = index.index(body.len().max(1));
                if let Some(byte) = body.get_mut(place) {
                    *byte ^= 1 << bit;
                }
            }
            Self::Truncate(index) => body.truncate(index.index(body.len() + 1)),
            Self::Remove(index, length) => {
                let start = index.index(body.len() + 1);
                let end = body.len().min(start + usize::from(*length));
                body.drain(start..end);
            }
            Self::Insert(index, bytes) => {
                let place = index.index(body.len() + 1);
                body.splice(place..place, bytes.iter().copied());
            }
        }
    }
}

/// What means something in XML, JSON or base64.
const WORDS: &[&str] = &[
    "<",
    ">",
    "</",
    "/>",
    "<!",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?",
    "?>",
    "<!DOCTYPE xml>",
    "&",
    "&#",
    ";",
    "&x;",
    "<a>",
    "</a>",
    "<a/>",
    "</xml>",
    "\u{feff}",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\\",
    ",",
    ":",
    "\"a\":{},",
    "\"Encrypt\":\"\",",
    "<Encrypt/>",
    "=",
    "AAAA",
    "\n",
    "微",
];

/// Bytes, or a word that means something.
fn inserted() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 1..20),
        prop::sample::select(WORDS).prop_map(|word| word.as_bytes().to_vec()),
    ]
}

fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let mutation = prop_oneof![
        3 => (any::<Index>(), 0..8_u8).prop_map(|(index, bit)| Mutation::Flip(index, bit)),
        1 => any::<Index>().prop_map(Mutation::Truncate),
        1 => (any::<Index>(), 1..=64_u8).prop_map(|(index, length)| Mutation::Remove(index, length)),
        3 => (any::<Index>(), inserted()).prop_map(|(index, bytes)| Mutation::Insert(index, bytes)),
    ];
    prop::collection::vec(mutation, 1..4)
}

fn mutated(text: &str, mutations: &[Mutation]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for mutation in mutations {
        mutation.apply(&mut bytes);
    }
    bytes
}

fn message() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&[JSON, XML][..])
}

fn read(keys: &[PushAesKey], query: &PushQuery, body: &[u8]) -> Result<PushMessage, PushFault> {
    WeChatPushReader.read(&APP_ID.parse().unwrap(), &settings(keys), query, body)
}

fn in_json(encrypted: &str) -> String {
    format!(r#"{{"ToUserName":"gh_0123456789ab","Encrypt":"{encrypted}"}}"#)
}

fn in_xml(encrypted: &str) -> String {
    format!("<xml><ToUserName>gh</ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>")
}

fn in_compatible_mode(encrypted: &str) -> String {
    format!(r#"{{"MsgType":"event","Event":"debug_demo","Encrypt":"{encrypted}"}}"#)
}

fn is_object(message: &PushMessage) -> bool {
    serde_json::from_str::<Value>(&message.json).is_ok_and(|json| json.is_object())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40_000))]

    #[test]
    fn an_altered_body_says_what_was_signed_or_nothing(
        message in message(),
        body in prop::sample::select(&[in_json as fn(&str) -> String, in_xml, in_compatible_mode][..]),
        mutations in mutations(),
    ) {
        let key = key_of("A");
        let encrypted = encrypt(&key, message);
        let query = query(Some(&encrypted));
        let body = body(&encrypted);
        let original = read(std::slice::from_ref(&key), &query, body.as_bytes());
        prop_assert!(original.is_ok());
        if let Ok(read) = read(&[key], &query, &mutated(&body, &mutations)) {
            prop_assert_eq!(Ok(read), original);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn a_ciphertext_that_was_altered_before_it_was_signed_is_no_reason_to_panic(
        message in message(),
        mutations in mutations(),
    ) {
        let key = key_of("A");
        let encrypted = mutated(&encrypt(&key, message), &mutations);
        if let Ok(encrypted) = String::from_utf8(encrypted)
            && let Ok(read) = read(&[key, key_of("B")], &query(Some(&encrypted)), in_xml(&encrypted).as_bytes())
        {
            prop_assert!(is_object(&read));
        }
    }

    #[test]
    fn an_altered_message_that_is_read_is_an_object(message in message(), mutations in mutations()) {
        let message = mutated(message, &mutations);
        let plain = read(&[], &query(None), &message);
        if let Ok(read) = &plain {
            prop_assert!(is_object(read));
        }
        let key = key_of("A");
        let encrypted = encrypt(&key, &message);
        let opened = read(&[key], &query(Some(&encrypted)), in_json(&encrypted).as_bytes());
        // Beside a member of this name, it is not the message in plain text.
        if plain != Err(PushFault::NoKey) {
            prop_assert_eq!(opened.map(said), plain.map(said));
        }
    }

    #[test]
    fn a_body_under_another_query_is_refused(
        signature in "[0-9a-f]{40}",
        timestamp in "[0-9]{0,12}",
        nonce in "[a-z]{1,12}",
    ) {
        let key = key_of("A");
        let encrypted = encrypt(&key, JSON);
        let signed = query(Some(&encrypted));
        for query in [
            PushQuery { msg_signature: signature, ..signed.clone() },
            PushQuery { timestamp, nonce, ..signed },
        ] {
            let read = read(std::slice::from_ref(&key), &query, in_json(&encrypted).as_bytes());
            prop_assert_eq!(read, Err(PushFault::InvalidSignature));
        }
    }
}
