mod hmac {
    use domain::signature::Signer;

    contract::signer_suite!(crypto::HmacSigner);

    /// The sample of WeChat's page on signatures of the login state, and one of a game's page.
    #[test]
    fn samples_of_wechat() {
        let table = [
            (
                "o0q0otL8aEzpcZL/FT9WsQ==",
                r#"{"foo":"bar"}"#,
                "654571f79995b2ce1e149e53c0a33dc39c0a74090db514261454e8dbe432aa0b",
            ),
            (
                "9hAb/NEYUlkaMBEsmFgzig==",
                r#"{"offer_id": "12345678", "openid": "oUrsfxxxxxxxxxx", "ts": 1668136271, "zone_id": "1", "env": 0}"#,
                "42fe1d3341fb1c8bd6f5014ba735ab04eacc80a2deb3ab4669eab4700b5b6729",
            ),
        ];
        for (key, message, expected) in table {
            let key = key.parse().expect("it is a session_key");
            assert_eq!(crypto::HmacSigner.sign(&key, message.as_bytes()).expose(), expected);
        }
    }
}

mod plain {
    contract::signer_suite!(support::PlainSigner);
}
