use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    app::AppId,
    push::{PushAesKey, PushAnswer, PushFormat, PushToken},
};
use serde_json::{Value, json};

use super::{envelope, signature_of, xml};

/// An answer in the format of the message: a JSON object becomes XML where that was XML, and any other text stays as it
/// is.
pub(super) fn written(body: &str, format: PushFormat) -> String {
    match (format, serde_json::from_str(body)) {
        (PushFormat::Xml, Ok(object @ Value::Object(_))) => xml::from_json(&object),
        (PushFormat::Xml | PushFormat::Json, _) => body.to_owned(),
    }
}

/// An answer, encrypted and signed.
pub(super) fn encrypted(
    text: &str,
    key: &PushAesKey,
    token: &PushToken,
    app_id: &AppId,
    format: PushFormat,
    answer: &PushAnswer,
    random: [u8; envelope::RANDOM_BYTES],
) -> String {
    let encrypted = STANDARD.encode(envelope::seal(text, key, app_id, random));
    let seconds = answer.at.as_millis() / 1_000;
    let signature = signature_of([token.expose(), &seconds.to_string(), &answer.nonce, &encrypted]);
    let object = json!({
        "Encrypt": encrypted,
        "MsgSignature": signature,
        "TimeStamp": seconds,
        "Nonce": answer.nonce,
    });
    match format {
        PushFormat::Xml => xml::from_json(&object),
        PushFormat::Json => object.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use domain::time::Timestamp;

    use super::*;

    fn key(text: &str) -> PushAesKey {
        text.parse().unwrap()
    }

    #[test]
    fn the_answer_of_the_documentation_comes_out() {
        let answer = PushAnswer {
            body: String::new(),
            nonce: "415670741".to_owned(),
            at: Timestamp::from_millis(1_713_424_427_999),
        };
        let encrypted = |format| {
            encrypted(
                r#"{"demo_resp":"good luck"}"#,
                &key(&"A".repeat(43)),
                &"AAAAA".parse().unwrap(),
                &"wxba5fad812f8e6fb9".parse().unwrap(),
                format,
                &answer,
                *b"707722b803182950",
            )
        };
        let ciphertext =
            "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ==";
        let signature = "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1";
        let expected = json!({
            "Encrypt": ciphertext,
            "MsgSignature": signature,
            "TimeStamp": 1_713_424_427,
            "Nonce": "415670741",
        });
        assert_eq!(serde_json::from_str::<Value>(&encrypted(PushFormat::Json)).unwrap(), expected);
        assert_eq!(
            encrypted(PushFormat::Xml),
            format!(
                "<xml><Encrypt><![CDATA[{ciphertext}]]></Encrypt><MsgSignature><![CDATA[{signature}]]>\
                 </MsgSignature><Nonce><![CDATA[415670741]]></Nonce><TimeStamp>1713424427</TimeStamp></xml>"
            )
        );
    }

    #[test]
    fn the_length_counts_bytes() {
        let key = key("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG");
        let app_id = "wxb11529c136998cb6".parse().unwrap();
        let sealed = envelope::seal("我是中文abcd123", &key, &app_id, *b"aaaabbbbccccdddd");
        assert_eq!(
            STANDARD.encode(&sealed),
            "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
        );
    }

    #[test]
    fn json_becomes_xml_where_the_message_was_xml() {
        let table = [
            (
                r#"{"ErrCode":0,"ErrMsg":"success"}"#,
                "<xml><ErrCode>0</ErrCode><ErrMsg><![CDATA[success]]></ErrMsg></xml>",
            ),
            (
                r#"{"a":{"b":[1,"2"]},"c":null,"d":true}"#,
                "<xml><a><b>1</b><b><![CDATA[2]]></b></a><c></c><d>true</d></xml>",
            ),
            (r#"{"a":"x]]>y"}"#, "<xml><a><![CDATA[x]]]]><![CDATA[>y]]></a></xml>"),
            (r#"{"a":"x\u0000]]\u0001>\ty\uFFFF"}"#, "<xml><a><![CDATA[x]]]]><![CDATA[>\ty]]></a></xml>"),
            (r#"{"a b":"1","<c>":"2","1d":"3"}"#, "<xml></xml>"),
            ("<xml><a>1</a></xml>", "<xml><a>1</a></xml>"),
            ("[1]", "[1]"),
            ("failure", "failure"),
        ];
        for (body, xml) in table {
            assert_eq!(written(body, PushFormat::Xml), xml);
            assert_eq!(written(body, PushFormat::Json), body);
        }
    }
}
