mod hmac {
    use domain::signature::Signer;

    contract::signer_suite!(crypto::HmacSigner);

    /// The samples of WeChat's pages on signatures of the login state, and on the payments of games.
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
            (
                "9hAb/NEYUlkaMBEsmFgzig==",
                r#"{"openid": "xxx", "user_ip": "127.0.0.1", "env": 0}"#,
                "089d9e8dc5d308977360c4b79ec600a93d736802802a807d634192328032f6c7",
            ),
            (
                "9hAb/NEYUlkaMBEsmFgzig==",
                r#"{"mchid": "1230000109","out_trade_no": "1217752501201407033233368018"}"#,
                "47784191c740b0522d39d0a3926a19aa0e30c77975f689a9739c9553ffac2d9d",
            ),
        ];
        for (key, message, expected) in table {
            let key = key.parse().expect("it is a session_key");
            assert_eq!(crypto::HmacSigner.sign(&key, message.as_bytes()).expose(), expected);
        }
    }

    /// The samples of WeChat's pages on payment signatures, with the appKey `12345`.
    #[test]
    fn samples_of_payments() {
        let table = [
            (
                "/xpay/query_user_balance",
                r#"{"openid": "xxx", "user_ip": "127.0.0.1", "env": 0}"#,
                "c37809f27c6d7fd1837ad2500a04512b66b34fd793a39a385fade56dca89a4b5",
            ),
            (
                "/wxa/game/getbalance",
                r#"{"offer_id": "12345678", "openid": "oUrsfxxxxxxxxxx", "ts": 1668136271, "zone_id": "1", "env": 0}"#,
                "11bac6388871d29c055c7d16fbe42e8d646855b666faf89b15c815218b1b23bd",
            ),
            (
                "/retail/B2b/getorder",
                r#"{"mchid": "1230000109","out_trade_no": "1217752501201407033233368018"}"#,
                "2cb3e9fda4da9774f0c6f747bbf6c56e9045969d9921db7344fffdc945c1dc23",
            ),
        ];
        let key = "12345".parse().expect("it is an appKey");
        for (uri, message, expected) in table {
            let signature = crypto::HmacSigner.sign_payment(&key, uri, message.as_bytes());
            assert_eq!(signature.expose(), expected, "{uri}");
        }
    }
}

mod plain {
    contract::signer_suite!(support::PlainSigner);
}
