//! What every adapter that reads pushes holds to.
//!
//! Each function is one case over a [`Collection`]. The macro
//! [`push_reader_suite`](crate::push_reader_suite) lists them all.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a case panics where the adapter does not hold to it"
)]

use std::collections::BTreeMap;

use domain::{
    app::AppId,
    push::{
        PushAesKey, PushAnswer, PushFault, PushForm, PushFormat, PushMessage, PushQuery, PushReader,
        PushSettings, PushToken,
    },
    time::Timestamp,
};
use serde_json::{Value, json};

/// An adapter, and the WeChat whose pushes it reads.
pub trait Collection: Send + Sync {
    /// The adapter.
    fn push_reader(&self) -> &dyn PushReader;

    /// A query that was signed with `token`, alone and together with the encrypted message beside it.
    fn signed(&self, token: &PushToken, encrypted: &str) -> PushQuery;

    /// `message` as the `Encrypt` of a body, encrypted for an app.
    fn encrypted(&self, key: &PushAesKey, app_id: &AppId, message: &str) -> String;
}

const FORMS: [PushForm; 4] = [
    PushForm { format: PushFormat::Json, is_encrypted: false },
    PushForm { format: PushFormat::Json, is_encrypted: true },
    PushForm { format: PushFormat::Xml, is_encrypted: false },
    PushForm { format: PushFormat::Xml, is_encrypted: true },
];

const MESSAGES: [&str; 3] = [
    r#"{"MsgType":"event","Event":"debug_demo"}"#,
    "{ \"MsgId\" : 42, \"Content\":\"微😀 \\u5fae\",\n\"List\":[{\"a\":null}] } ",
    r#"{"OpenID":" oA "}"#,
];

fn token(text: &str) -> PushToken {
    text.parse().expect("it is a token")
}

fn key(letter: char) -> PushAesKey {
    let text: String = [letter; 43].iter().collect();
    text.parse().expect("it is a key")
}

fn app_id() -> AppId {
    "wx0123456789abcdef".parse().expect("it is an app id")
}

fn settings(aes_keys: &[PushAesKey]) -> PushSettings {
    PushSettings { token: token("token"), aes_keys: aes_keys.to_vec(), relay: None }
}

/// Reads a signed body in plain text.
fn read(collection: &dyn Collection, body: &str) -> Result<PushMessage, PushFault> {
    let query = collection.signed(&token("token"), "");
    collection.push_reader().read(&app_id(), &settings(&[]), &query, body.as_bytes())
}

/// Reads a signed body with an encrypted message in it.
fn read_encrypted(
    collection: &dyn Collection,
    keys: &[PushAesKey],
    encrypted: &str,
    body: &str,
) -> Result<PushMessage, PushFault> {
    let query = collection.signed(&token("token"), encrypted);
    collection.push_reader().read(&app_id(), &settings(keys), &query, body.as_bytes())
}

fn in_json(encrypted: &str) -> String {
    json!({ "ToUserName": "gh_0123456789ab", "Encrypt": encrypted }).to_string()
}

fn in_xml(encrypted: &str) -> String {
    format!("<xml><ToUserName>gh_0123456789ab</ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>")
}

/// What a message says, in whatever form.
fn said(message: PushMessage) -> PushMessage {
    PushMessage { form: FORMS[0], ..message }
}

fn members<const N: usize>(members: [(&str, &str); N]) -> BTreeMap<String, String> {
    members.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

/// A query fits the token that it was signed with, and no other token, time or nonce.
pub fn a_query_fits_what_was_signed_only(collection: &dyn Collection) {
    let is_signed = |token: &PushToken, query: &PushQuery| collection.push_reader().is_signed(token, query);
    let tokens = ["AAAAA", "AAAAB", "aaaaa", "999", "zzz"].map(token);
    for signed_with in &tokens {
        let query = collection.signed(signed_with, "");
        for tried in &tokens {
            assert_eq!(is_signed(tried, &query), tried == signed_with);
        }
        for altered in [
            PushQuery { timestamp: format!("{}9", query.timestamp), ..query.clone() },
            PushQuery { nonce: format!("{}x", query.nonce), ..query.clone() },
            PushQuery { signature: query.signature.to_uppercase(), ..query.clone() },
            PushQuery { signature: String::new(), ..query },
        ] {
            assert!(!is_signed(signed_with, &altered), "{altered:?}");
        }
    }
}

/// Where no key is configured, a signed message in plain text is read as it is.
pub fn plain_text_is_read(collection: &dyn Collection) {
    for message in MESSAGES {
        assert_eq!(read(collection, message).expect("it is read").json, message);
    }
}

/// What is not signed is not read, whether it could be or not.
pub fn plain_text_is_not_read_unsigned(collection: &dyn Collection) {
    let query = collection.signed(&token("other"), "");
    for body in MESSAGES.into_iter().chain(["", "{", r#"{"Encrypt":"AAAA"}"#]) {
        let read = collection.push_reader().read(&app_id(), &settings(&[]), &query, body.as_bytes());
        assert_eq!(read, Err(PushFault::InvalidSignature), "{body}");
    }
}

/// An encrypted message is read under the configured keys, and under no other. It is what it would be in
/// plain text.
pub fn encrypted_messages_are_read_under_their_keys(collection: &dyn Collection) {
    for message in MESSAGES {
        for letter in ['A', 'B', 'C'] {
            let encrypted = collection.encrypted(&key(letter), &app_id(), message);
            for body in [in_json(&encrypted), in_xml(&encrypted)] {
                let opened = read_encrypted(collection, &[key('A'), key('B')], &encrypted, &body);
                if letter == 'C' {
                    assert!(opened.is_err(), "{body}");
                } else {
                    assert_eq!(opened.map(said), read(collection, message).map(said), "{body}");
                }
            }
        }
    }
}

/// An encrypted message is not read with the signature of another, nor with that of the query alone.
pub fn encrypted_messages_are_not_read_unsigned(collection: &dyn Collection) {
    let encrypted = collection.encrypted(&key('A'), &app_id(), MESSAGES[0]);
    let query = collection.signed(&token("token"), &encrypted);
    for query in [
        collection.signed(&token("other"), &encrypted),
        collection.signed(&token("token"), "AAAA"),
        PushQuery { msg_signature: query.signature.clone(), ..query.clone() },
        PushQuery { msg_signature: String::new(), ..query },
    ] {
        let body = in_json(&encrypted);
        let read = collection.push_reader().read(&app_id(), &settings(&[key('A')]), &query, body.as_bytes());
        assert_eq!(read, Err(PushFault::InvalidSignature), "{query:?}");
    }
}

/// What is in plain text beside an encrypted message is not looked at.
pub fn plain_text_beside_an_encrypted_message_is_ignored(collection: &dyn Collection) {
    let encrypted = collection.encrypted(&key('A'), &app_id(), MESSAGES[0]);
    let body = json!({ "MsgType": "event", "Event": "forged", "Encrypt": encrypted }).to_string();
    let opened = read_encrypted(collection, &[key('A')], &encrypted, &body);
    assert_eq!(opened.map(said), read(collection, MESSAGES[0]).map(said));
}

/// A key is needed for what is encrypted, and what is not is refused where there is one.
pub fn messages_are_encrypted_where_there_is_a_key(collection: &dyn Collection) {
    let encrypted = collection.encrypted(&key('A'), &app_id(), MESSAGES[0]);
    for body in [in_json(&encrypted), in_xml(&encrypted)] {
        assert_eq!(read_encrypted(collection, &[], &encrypted, &body), Err(PushFault::NoKey), "{body}");
    }
    for body in MESSAGES {
        let read = read_encrypted(collection, &[key('A')], "", body);
        assert_eq!(read, Err(PushFault::NotEncrypted), "{body}");
    }
}

/// A message that was encrypted for another app is refused.
pub fn messages_for_other_apps_are_refused(collection: &dyn Collection) {
    for other in ["wx0123456789abcde", "wx0123456789abcdef0", "wx0123456789ABCDEF"] {
        let app_id = other.parse().expect("it is an app id");
        let encrypted = collection.encrypted(&key('A'), &app_id, MESSAGES[0]);
        let read = read_encrypted(collection, &[key('A')], &encrypted, &in_json(&encrypted));
        assert_eq!(read, Err(PushFault::AppIdMismatch), "{other}");
    }
}

/// What is signed and no ciphertext is refused.
pub fn what_is_no_ciphertext_is_refused(collection: &dyn Collection) {
    for encrypted in ["AAAA", "not base64", "微"] {
        let read = read_encrypted(collection, &[key('A')], encrypted, &in_json(encrypted));
        assert_eq!(read, Err(PushFault::InvalidCiphertext), "{encrypted}");
    }
}

/// A message in XML is read as one in JSON, whose texts are all strings.
pub fn xml_is_read_as_json(collection: &dyn Collection) {
    let xml = "<?xml version=\"1.0\"?>\n<xml><Event><![CDATA[<e>]]></Event><CreateTime>1</CreateTime>\
        <A>&lt;&#24494;</A><List><a>1</a><a>2</a></List><Empty/></xml>";
    let message = read(collection, xml).expect("it is read");
    let json: Value = serde_json::from_str(&message.json).expect("it is JSON");
    let expected = json!({
        "Event": "<e>", "CreateTime": "1", "A": "<微", "List": { "a": ["1", "2"] }, "Empty": "",
    });
    assert_eq!(json, expected);
    let texts = members([("Event", "<e>"), ("CreateTime", "1"), ("A", "<微"), ("Empty", "")]);
    assert_eq!(message.members, texts);
}

/// Texts and numbers are members, without the spaces at either end.
pub fn texts_and_numbers_are_members(collection: &dyn Collection) {
    let json =
        r#"{" Event ":" a b ","CreateTime":1714112445,"List":["c"],"Object":{"d":1},"e":null,"f":true}"#;
    let message = read(collection, json).expect("it is read");
    assert_eq!(message.members, members([("Event", "a b"), ("CreateTime", "1714112445")]));
}

/// What is no message is refused, in plain text and encrypted: neither XML nor JSON, or more than these.
pub fn what_is_no_message_is_refused(collection: &dyn Collection) {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_xml = format!("<xml>{}{}</xml>", "<a>".repeat(20_000), "</a>".repeat(20_000));
    for body in [
        "",
        " ",
        "success",
        "[]",
        "{",
        "{} {}",
        &deep,
        "<xml>",
        "<xml><a></xml></a>",
        "<xml><a>&b;</a></xml>",
        "<!DOCTYPE xml><xml><a>b</a></xml>",
        "<!DOCTYPE xml [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><xml><a>&b;</a></xml>",
        "<xml><?php echo ?><a>b</a></xml>",
        &deep_xml,
    ] {
        assert_eq!(read(collection, body), Err(PushFault::Malformed), "{body:.80}");
        let encrypted = collection.encrypted(&key('A'), &app_id(), body);
        let read = read_encrypted(collection, &[key('A')], &encrypted, &in_xml(&encrypted));
        assert_eq!(read, Err(PushFault::Malformed), "{body:.80}");
    }
}

/// All deliveries of a message have a digest in common: they have its `MsgId`, or else all of its text.
pub fn deliveries_have_a_digest_in_common(collection: &dyn Collection) {
    let digest = |body| read(collection, body).expect("it is read").digest;
    let numbered = digest(r#"{"MsgId":42,"Content":"a"}"#);
    assert_eq!(digest(r#"{"MsgId":"42","Content":"b"}"#), numbered);
    assert_ne!(digest(r#"{"MsgId":"43","Content":"a"}"#), numbered);

    let whole = digest(r#"{"Event":"a","CreateTime":1}"#);
    assert_eq!(digest(r#"{"Event":"a","CreateTime":1}"#), whole);
    assert_ne!(digest(r#"{"Event":"a","CreateTime":2}"#), whole);
}

/// A message tells how it was written: as XML or JSON, encrypted or not.
pub fn messages_tell_their_form(collection: &dyn Collection) {
    for form in FORMS {
        let encrypted = collection.encrypted(&key('A'), &app_id(), MESSAGES[0]);
        let message = match (form.format, form.is_encrypted) {
            (PushFormat::Json, false) => read(collection, MESSAGES[0]),
            (PushFormat::Xml, false) => read(collection, "<xml><MsgType>event</MsgType></xml>"),
            (PushFormat::Json, true) => {
                read_encrypted(collection, &[key('A')], &encrypted, &in_json(&encrypted))
            }
            (PushFormat::Xml, true) => {
                read_encrypted(collection, &[key('A')], &encrypted, &in_xml(&encrypted))
            }
        };
        assert_eq!(message.expect("it is read").form, form);
    }
}

fn answer(collection: &dyn Collection, form: PushForm, keys: &[PushAesKey], body: &str) -> String {
    let answer = PushAnswer {
        body: body.to_owned(),
        nonce: "415670741".to_owned(),
        at: Timestamp::from_millis(1_714_112_445_999),
    };
    collection.push_reader().answer(&app_id(), &settings(keys), form, &answer).expect("it is written")
}

/// An answer in plain text is what the back end said, in the format of the message.
pub fn answers_have_the_format_of_the_message(collection: &dyn Collection) {
    let json = r#"{"ErrCode":0,"ErrMsg":"<微>","List":[1,"2"]}"#;
    let xml = "<xml><ErrCode>0</ErrCode><ErrMsg><![CDATA[<微>]]></ErrMsg><List>1</List><List><![CDATA[2]]></List></xml>";
    let [in_json, _, in_xml, _] = FORMS;
    for keys in [vec![], vec![key('A')]] {
        assert_eq!(answer(collection, in_json, &keys, json), json);
        assert_eq!(answer(collection, in_xml, &keys, json), xml);
        for body in [xml, "some text", "[1]"] {
            assert_eq!(answer(collection, in_json, &keys, body), body);
            assert_eq!(answer(collection, in_xml, &keys, body), body);
        }
    }
}

/// An answer to an encrypted message is encrypted with the newest key, signed, and never the same twice.
pub fn answers_to_encrypted_messages_are_encrypted(collection: &dyn Collection) {
    let keys = [key('A'), key('B')];
    let body = r#"{"MsgType":"transfer_customer_service","Content":"微"}"#;
    for form in FORMS.into_iter().filter(|form| form.is_encrypted) {
        let first = answer(collection, form, &keys, body);
        assert_ne!(answer(collection, form, &keys, body), first);
        let envelope =
            read(collection, &first.replace("Encrypt", "Hidden")).expect("it is an envelope").members;
        assert_eq!((&*envelope["TimeStamp"], &*envelope["Nonce"]), ("1714112445", "415670741"));
        let query = PushQuery {
            signature: String::new(),
            msg_signature: envelope["MsgSignature"].clone(),
            timestamp: envelope["TimeStamp"].clone(),
            nonce: envelope["Nonce"].clone(),
        };
        let opened =
            |key| collection.push_reader().read(&app_id(), &settings(&[key]), &query, first.as_bytes());
        let message = opened(key('A')).expect("it opens");
        assert_eq!(message.members["Content"], "微");
        assert_eq!(message.members["MsgType"], "transfer_customer_service");
        assert!(opened(key('B')).is_err());
    }
}

/// Runs every case of [`push_reader`](crate::push_reader) on the
/// [`Collection`](crate::push_reader::Collection) that the expression makes.
#[macro_export]
macro_rules! push_reader_suite {
    ($collection:expr) => {
        $crate::cases!(push_reader($collection):
            a_query_fits_what_was_signed_only,
            plain_text_is_read,
            plain_text_is_not_read_unsigned,
            encrypted_messages_are_read_under_their_keys,
            encrypted_messages_are_not_read_unsigned,
            plain_text_beside_an_encrypted_message_is_ignored,
            messages_are_encrypted_where_there_is_a_key,
            messages_for_other_apps_are_refused,
            what_is_no_ciphertext_is_refused,
            xml_is_read_as_json,
            texts_and_numbers_are_members,
            what_is_no_message_is_refused,
            deliveries_have_a_digest_in_common,
            messages_tell_their_form,
            answers_have_the_format_of_the_message,
            answers_to_encrypted_messages_are_encrypted,
        );
    };
}
