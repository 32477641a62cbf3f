use base64::{Engine, engine::general_purpose::STANDARD};
use crypto::WeChatPushReader;
use domain::{
    push::{PushAesKey, PushFault, PushMessage, PushQuery, PushReader},
    session::Digest,
};
use serde_json::{Value, json};

use crate::push_sender::{
    APP_ID, TOKEN, enclosed, encrypt, encrypted, key, key_of, padded, query, said, settings,
};

fn read_with(keys: &[PushAesKey], query: &PushQuery, body: &[u8]) -> Result<PushMessage, PushFault> {
    WeChatPushReader.read(&APP_ID.parse().unwrap(), &settings(keys), query, body)
}

/// Reads a body in plain text.
fn read(body: impl AsRef<[u8]>) -> Result<PushMessage, PushFault> {
    read_with(&[], &query(None), body.as_ref())
}

/// Reads a body with an `Encrypt` under the first of the keys that it was encrypted with.
fn read_encrypted(keys: &[PushAesKey], encrypted: &str) -> Result<PushMessage, PushFault> {
    let body = json!({ "Encrypt": encrypted }).to_string();
    read_with(keys, &query(Some(encrypted)), body.as_bytes())
}

/// Reads a plaintext that was padded by the caller.
fn read_plaintext(plaintext: Vec<u8>) -> Result<PushMessage, PushFault> {
    let key = key_of("A");
    let encrypted = STANDARD.encode(encrypted(&key, plaintext));
    read_encrypted(&[key], &encrypted)
}

fn json_of(xml: &str) -> Value {
    serde_json::from_str(&read(xml).unwrap_or_else(|fault| panic!("{xml}: {fault}")).json).unwrap()
}

fn members(message: &PushMessage) -> Vec<(&str, &str)> {
    message.members.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
}

fn digest(body: &str) -> Digest {
    read(body).unwrap().digest
}

#[test]
fn a_signature_fits_in_lower_case_and_in_full() {
    let token = TOKEN.parse().unwrap();
    let is_signed = |signature: &str| {
        let query = PushQuery { signature: signature.to_owned(), ..query(None) };
        WeChatPushReader.is_signed(&token, &query)
    };
    let signature = query(None).signature;
    assert!(is_signed(&signature));
    for other in ["", &signature[1..], &format!("{signature}0"), &signature.to_uppercase(), &"é".repeat(20)]
    {
        assert!(!is_signed(other), "{other}");
    }
    for place in 0..40 {
        let other = if &signature[place..=place] == "0" { "1" } else { "0" };
        assert!(!is_signed(&format!("{}{other}{}", &signature[..place], &signature[place + 1..])), "{place}");
    }
}

#[test]
fn json_is_kept_as_it_was_sent() {
    for text in [
        r#"{"MsgType":"event"}"#,
        "{ \"b\": 1.50,\n\"a\":\"\\u5fae\" , \"c\" : [ { } ] }\n",
        r#"{"a":"{[\"\\","b":[[]]}"#,
        "{}",
        " \r\n\t{}",
    ] {
        assert_eq!(read(text).unwrap().json, text);
        assert_eq!(read(format!("\u{feff}{text}")).unwrap().json, text);
        assert_eq!(read_plaintext(padded(enclosed(text.as_bytes(), APP_ID))).unwrap().json, text);
    }
}

#[test]
fn members_are_trimmed_texts_and_numbers() {
    let json = r#"{" Event ":" a b\n","CreateTime":1714112445,"OpenID":"","x":-0.5,"MsgId":6054768590064713728,
        "null":null,"true":true,"list":["a"],"object":{"a":"b"},"twice":1,"twice":2}"#;
    assert_eq!(
        members(&read(json).unwrap()),
        [
            ("CreateTime", "1714112445"),
            ("Event", "a b"),
            ("MsgId", "6054768590064713728"),
            ("OpenID", ""),
            ("twice", "2"),
            ("x", "-0.5"),
        ]
    );

    let xml = "<xml>\n<Event> a b\n</Event><a/><list>1</list><list>2</list><object><a>b</a></object></xml>";
    assert_eq!(members(&read(xml).unwrap()), [("Event", "a b"), ("a", "")]);
}

#[test]
fn xml_becomes_json() {
    for (xml, json) in [
        ("<xml><a>b</a></xml>", json!({ "a": "b" })),
        ("\n <?xml version=\"1.0\" encoding=\"UTF-8\"?> <xml ><a\t>b</a ></xml > ", json!({ "a": "b" })),
        ("\u{feff}<xml><a>微😀</a></xml>", json!({ "a": "微😀" })),
        ("<xml><a><![CDATA[<b>&c;]]></a></xml>", json!({ "a": "<b>&c;" })),
        ("<xml><a> b<![CDATA[ c ]]>d </a></xml>", json!({ "a": " b c d " })),
        ("<xml><a>&lt;&gt;&amp;&apos;&quot;&#24494;&#x1F600;</a></xml>", json!({ "a": "<>&'\"微😀" })),
        ("<xml><a/><b></b><c><![CDATA[]]></c></xml>", json!({ "a": "", "b": "", "c": "" })),
        ("<xml><a>1</a><b>2</b><a>3</a></xml>", json!({ "a": ["1", "3"], "b": "2" })),
        (
            "<xml>\n <a>\n  <b>1</b>\n  <b><c>2</c></b>\n </a>\n</xml>",
            json!({ "a": { "b": ["1", { "c": "2" }] } }),
        ),
        ("<xml x='>'><a b=\"&x;\" b=1>c</a></xml>", json!({ "a": "c" })),
        ("<!-- 1 --><xml><a>1<!-- < & -->2</a></xml><!----> ", json!({ "a": "12" })),
        ("<xml><xml>1</xml></xml>", json!({ "xml": "1" })),
    ] {
        assert_eq!(json_of(xml), json, "{xml}");
        let opened = read_plaintext(padded(enclosed(xml.as_bytes(), APP_ID)));
        assert_eq!(opened.map(said), read(xml).map(said), "{xml}");
    }
}

#[test]
fn xml_beyond_a_message_is_malformed() {
    for xml in [
        "<!DOCTYPE xml><xml><a>b</a></xml>",
        "<!doctype xml><xml><a>b</a></xml>",
        "<?xml version=\"1.0\"?><!DOCTYPE xml [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><xml><a>&x;</a></xml>",
        "<!DOCTYPE xml SYSTEM \"http://localhost/x.dtd\"><xml><a>b</a></xml>",
        "<xml><!DOCTYPE xml><a>b</a></xml>",
        "<xml><a>b</a></xml><!DOCTYPE xml>",
        "<!ENTITY x \"y\"><xml><a>b</a></xml>",
        "<xml><a>&x;</a></xml>",
        "<xml><a>&nbsp;</a></xml>",
        "<xml><a>&LT;</a></xml>",
        "<xml><a>&</a></xml>",
        "<xml><a>&lt</a></xml>",
        "<xml><a>&#0;</a></xml>",
        "<xml><a>&#xD800;</a></xml>",
        "<xml><a>&#x110000;</a></xml>",
        "<xml><a>&#+65;</a></xml>",
        "<xml><a>&#;</a></xml>",
        "&amp;<xml><a>b</a></xml>",
        "<?php echo ?><xml><a>b</a></xml>",
        "<xml><?xml-stylesheet href='x'?><a>b</a></xml>",
        "<xml><?xml version=\"1.0\"?><a>b</a></xml>",
        "<xml><a>b</a></xml><?xml version=\"1.0\"?>",
        "<",
        "<xml",
        "<xml>",
        "<xml/>",
        "<xml></xml>",
        "<xml>text</xml>",
        "<xml><a>b</xml>",
        "<xml><a>b</b></xml>",
        "<xml><a>b</a>",
        "<xml><a>b</a></xml></xml>",
        "<xml><a>b</a></xml><xml><a>b</a></xml>",
        "<xml><a>b</a></xml><a/>",
        "<xml><a>b</a></xml>text",
        "<xml><a>b</a></xml><![CDATA[text]]>",
        "<XML><a>b</a></XML>",
        "<html><a>b</a></html>",
        "<xml><a><![CDATA[b</a></xml>",
        "<xml><a><![cdata[b]]></a></xml>",
        "<xml><!-- <a>b</a></xml>",
        "<!--><xml><a>b</a></xml>",
        "<xml><a b='></a></xml>",
        "</xml>",
    ] {
        assert_eq!(read(xml), Err(PushFault::Malformed), "{xml}");
    }
}

#[test]
fn what_is_no_json_object_is_malformed() {
    let cases: [&[u8]; 15] = [
        b"",
        b" \n",
        b"\xef\xbb\xbf",
        b"success",
        b"[]",
        b"[{\"a\":1}]",
        b"\"{}\"",
        b"{",
        b"{} {}",
        b"{\"a\":NaN}",
        b"{\"a\":1,}",
        b"{\"a\":\"\xff\"}",
        b"{\"a\":\"\\ud83d\"}",
        b"<xml><a>\xff</a></xml>",
        b"\xff\xfe{\0}\0",
    ];
    for body in cases {
        assert_eq!(read(body), Err(PushFault::Malformed), "{}", body.escape_ascii());
        let encrypted = read_plaintext(padded(enclosed(body, APP_ID)));
        assert_eq!(encrypted, Err(PushFault::Malformed), "{}", body.escape_ascii());
    }
}

#[test]
fn a_message_has_16_levels_at_most() {
    let lists = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
    let objects = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    let xml = |depth: usize| format!("<xml>{}1{}</xml>", "<a>".repeat(depth - 1), "</a>".repeat(depth - 1));
    let empty =
        |depth: usize| format!("<xml>{}<a/>{}</xml>", "<a>".repeat(depth - 2), "</a>".repeat(depth - 2));
    for write in [&lists as &dyn Fn(usize) -> String, &objects, &xml, &empty] {
        assert!(read(write(16)).is_ok(), "{}", write(16));
        for depth in [17, 100, 100_000] {
            assert_eq!(read(write(depth)), Err(PushFault::Malformed), "{depth}");
        }
    }
    assert!(read(format!("{{\"a\":\"{}\"}}", "[{".repeat(100))).is_ok());
    assert!(read(format!("{{\"a\":[{}[]]}}", "[],".repeat(100))).is_ok());
}

#[test]
fn a_message_in_xml_has_1000_elements_at_most() {
    let xml = |elements: usize| format!("<xml>{}</xml>", "<a/>".repeat(elements - 1));
    assert_eq!(json_of(&xml(1_000))["a"].as_array().unwrap().len(), 999);
    for elements in [1_001, 200_000] {
        assert_eq!(read(xml(elements)), Err(PushFault::Malformed), "{elements}");
    }
}

#[test]
fn plain_text_is_verified_before_it_is_read() {
    for body in [r#"{"MsgType":"event"}"#, r#"{"Encrypt":"AAAA"}"#, "", "<!DOCTYPE xml>"] {
        for signature in ["", &"0".repeat(40), &query(None).signature.to_uppercase()] {
            let query = PushQuery { signature: signature.to_owned(), ..query(None) };
            assert_eq!(read_with(&[], &query, body.as_bytes()), Err(PushFault::InvalidSignature), "{body}");
        }
    }
}

#[test]
fn an_encrypted_message_needs_a_key() {
    for body in [
        r#"{"Encrypt":"AAAA"}"#,
        r#"{"ToUserName":"gh_0123456789ab","Encrypt":"AAAA"}"#,
        "<xml><ToUserName>gh</ToUserName><Encrypt><![CDATA[AAAA]]></Encrypt></xml>",
        // In compatible mode, too: what is beside it would be another message with each delivery.
        r#"{"MsgType":"event","Event":"debug_demo","Encrypt":"AAAA"}"#,
    ] {
        assert_eq!(read(body), Err(PushFault::NoKey), "{body}");
    }
    let body = r#"{"ToUserName":"gh_0123456789ab","Encrypt":""}"#;
    assert_eq!(read(body).unwrap().json, body);
}

#[test]
fn with_a_key_the_plain_text_beside_an_encrypted_message_is_ignored() {
    let message = r#"{"MsgType":"event","Event":"debug_demo"}"#;
    let encrypted = encrypt(&key_of("A"), message);
    for body in [
        format!(r#"{{"MsgType":"text","Event":"forged","MsgId":1,"Encrypt":"{encrypted}"}}"#),
        format!("<xml><MsgType>text</MsgType><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"),
        format!("\u{feff}<xml>\n<Encrypt>\n{encrypted}\n</Encrypt>\n</xml>"),
    ] {
        let read = read_with(&[key_of("A")], &query(Some(&encrypted)), body.as_bytes()).unwrap();
        assert_eq!(Ok(said(read)), self::read(message), "{body}");
    }
}

#[test]
fn with_a_key_a_message_has_to_be_encrypted() {
    for body in [
        r#"{"MsgType":"event"}"#,
        r#"{"MsgType":"event","Encrypt":""}"#,
        r#"{"Encrypt":" "}"#,
        r#"{"Encrypt":null}"#,
        r#"{"Encrypt":["AAAA"]}"#,
        r#"{"encrypt":"AAAA"}"#,
        r#"{"a":{"Encrypt":"AAAA"}}"#,
        "<xml><Encrypt>AAAA</Encrypt><Encrypt>AAAA</Encrypt></xml>",
        "<xml><Encrypt><a>AAAA</a></Encrypt></xml>",
    ] {
        let read = read_with(&[key_of("A")], &query(Some("AAAA")), body.as_bytes());
        assert_eq!(read, Err(PushFault::NotEncrypted), "{body}");
    }
    for body in ["", "<!DOCTYPE xml><xml><Encrypt>AAAA</Encrypt></xml>", "[\"Encrypt\"]"] {
        let read = read_with(&[key_of("A")], &query(Some("AAAA")), body.as_bytes());
        assert_eq!(read, Err(PushFault::Malformed), "{body}");
    }
}

#[test]
fn an_encrypted_message_is_verified_before_it_is_decrypted() {
    let encrypted = encrypt(&key_of("A"), "{}");
    for (named, body) in [("AAAA", encrypted.as_str()), (&encrypted, "not base64"), (&encrypted, "AAAA")] {
        let body = json!({ "Encrypt": body }).to_string();
        let read = read_with(&[key_of("A")], &query(Some(named)), body.as_bytes());
        assert_eq!(read, Err(PushFault::InvalidSignature), "{body}");
    }
    // The signature of the query alone is not enough.
    let body = json!({ "Encrypt": encrypted }).to_string();
    let signed = query(Some(&encrypted));
    for query in [
        PushQuery { msg_signature: signed.signature.clone(), ..signed.clone() },
        PushQuery { msg_signature: String::new(), ..signed.clone() },
        PushQuery { timestamp: "1795104001".to_owned(), ..signed.clone() },
        PushQuery { nonce: String::new(), ..signed.clone() },
    ] {
        let read = read_with(&[key_of("A")], &query, body.as_bytes());
        assert_eq!(read, Err(PushFault::InvalidSignature), "{query:?}");
    }
    // And it does not count where the message is signed.
    let query = PushQuery { signature: String::new(), ..signed };
    assert!(read_with(&[key_of("A")], &query, body.as_bytes()).is_ok());
}

#[test]
fn keys_are_tried_in_turn() {
    let (new, old) = (key_of("A"), key_of("B"));
    let json = r#"{"MsgType":"event"}"#;
    for encrypted_with in [&new, &old] {
        let encrypted = encrypt(encrypted_with, json);
        for keys in [[new.clone(), old.clone()], [old.clone(), new.clone()]] {
            assert_eq!(read_encrypted(&keys, &encrypted).unwrap().json, json);
        }
    }
    // The same 32 bytes.
    let encrypted = encrypt(&key_of("A"), json);
    assert!(read_encrypted(&[key(&format!("{}B", "A".repeat(42)))], &encrypted).is_ok());
}

#[test]
fn the_fault_is_that_of_the_newest_key() {
    let (new, old) = (key_of("A"), key_of("B"));
    let foreign = padded(enclosed(b"{}", "wxfedcba9876543210"));
    let encrypted = STANDARD.encode(encrypted(&new, foreign));
    let read = |keys: &[PushAesKey]| read_encrypted(keys, &encrypted).unwrap_err();
    assert_eq!(read(&[new.clone(), old.clone()]), PushFault::AppIdMismatch);
    assert_eq!(read(&[old, new]), PushFault::BadPadding);
}

#[test]
fn what_is_no_ciphertext_is_refused() {
    let block = STANDARD.encode([7; 16]);
    for encrypted in
        ["AAAA", "AAA", "AA=A", "A A A", "-_-_", &block[1..], &block[4..], &format!("{block}{block}")]
    {
        let fault = read_encrypted(&[key_of("A")], encrypted).unwrap_err();
        assert_eq!(fault, PushFault::InvalidCiphertext, "{encrypted}");
    }
}

#[test]
fn only_padding_lengths_from_1_to_32_are_accepted() {
    for last in 0..=255_u8 {
        let padding = usize::from(last).max(1);
        let spaces = (16 - (enclosed(b"{}", APP_ID).len() + padding) % 16) % 16;
        let json = format!("{{}}{}", " ".repeat(spaces));
        let plaintext = [enclosed(json.as_bytes(), APP_ID), vec![last; padding]].concat();

        let read = read_plaintext(plaintext).map(|message| message.json);
        let expected = if (1..=32).contains(&last) { Ok(json) } else { Err(PushFault::BadPadding) };
        assert_eq!(read, expected, "last byte {last}");
    }
    // A padding that is longer than what it pads.
    assert_eq!(read_plaintext(vec![17; 16]), Err(PushFault::BadPadding));
}

#[test]
fn a_wrong_padding_byte_is_rejected_at_every_position() {
    // 64 bytes without the padding.
    let unpadded = enclosed(format!("{{{}}}", " ".repeat(24)).as_bytes(), APP_ID);
    assert!(read_plaintext(padded(unpadded.clone())).is_ok());
    for from_end in 2..=32 {
        let mut plaintext = padded(unpadded.clone());
        let position = plaintext.len() - from_end;
        plaintext[position] ^= 1;
        assert_eq!(read_plaintext(plaintext), Err(PushFault::BadPadding), "{from_end}");
    }
}

#[test]
fn the_length_leaves_the_app_id() {
    let with_length = |length: u32| {
        let mut plaintext = enclosed(b"{}", APP_ID);
        plaintext[16..20].copy_from_slice(&length.to_be_bytes());
        read_plaintext(padded(plaintext)).map(|message| message.json)
    };
    assert_eq!(with_length(2), Ok("{}".to_owned()));
    for length in [0, 1, 3, 20] {
        assert_eq!(with_length(length), Err(PushFault::AppIdMismatch), "{length}");
    }
    for length in [21, 255, 1 << 24, u32::MAX] {
        assert_eq!(with_length(length), Err(PushFault::InvalidLength), "{length}");
    }
    for length in 0..20 {
        let fault = read_plaintext(padded(vec![0; length])).unwrap_err();
        assert_eq!(fault, PushFault::InvalidLength, "{length}");
    }
    assert_eq!(read_plaintext(padded(vec![0; 20])), Err(PushFault::AppIdMismatch));
}

#[test]
fn a_message_for_another_app_is_refused() {
    for app_id in ["", "wx0123456789abcde", "wx0123456789abcdef0", "WX0123456789ABCDEF", "wxfedcba9876543210"]
    {
        let fault = read_plaintext(padded(enclosed(b"{}", app_id))).unwrap_err();
        assert_eq!(fault, PushFault::AppIdMismatch, "{app_id}");
    }
}

#[test]
fn deliveries_of_a_message_have_its_msg_id_in_common() {
    let first = digest(r#"{"MsgId":"42","Content":"a"}"#);
    for same in [
        r#"{"Content":"b","MsgId":42}"#,
        r#"{" MsgId":" 42 "}"#,
        "<xml><MsgId>42</MsgId><Content>c</Content></xml>",
    ] {
        assert_eq!(digest(same), first, "{same}");
    }
    for other in [r#"{"MsgId":"43","Content":"a"}"#, r#"{"MsgID":"42","Content":"a"}"#] {
        assert_ne!(digest(other), first, "{other}");
    }
}

#[test]
fn deliveries_of_a_message_without_a_msg_id_are_the_same() {
    let first = digest(r#"{"Event":"a","CreateTime":1}"#);
    assert_eq!(digest(r#"{"Event":"a","CreateTime":1}"#), first);
    assert_ne!(digest(r#"{"Event":"a","CreateTime":2}"#), first);
    assert_ne!(digest(r#"{"MsgId":"","CreateTime":1}"#), digest(r#"{"MsgId":"","CreateTime":2}"#));
    assert_ne!(digest(r#"{"MsgId":[1],"CreateTime":1}"#), digest(r#"{"MsgId":[1],"CreateTime":2}"#));
    // Attributes, comments and the order of elements are not part of a message in XML.
    let xml = digest("<xml><Event>a</Event><CreateTime>1</CreateTime></xml>");
    assert_eq!(
        digest("<xml><!-- --><CreateTime>1</CreateTime>\n<Event x='y'><![CDATA[a]]></Event></xml>"),
        xml
    );
}
