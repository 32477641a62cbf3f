//! The example bodies of the OpenAPI document. They belong together: one user with one phone on one
//! morning.

use serde_json::{Value, json};

/// The app of the examples, which is also the one that `yaoshi dev` serves: what is pasted from its
/// documentation works.
pub const APP_ID: &str = "wx0123456789abcdef";
pub(crate) const CODE: &str = "0e3mZS000xSTQS1ZIQ300Gu9P62mZS0q";
pub(crate) const PHONE_CODE: &str = "e31968a7f94cc5ee25fafc2aef2773f0bb8c3937b22520eb8ee345274d00c144";
pub(crate) const ACCESS_TOKEN: &str = "97_kOQ3vCkHnXb8cL2m0eYpS5dT7uWfRzAiGjMqNxBsEhPoJlVtDyKrUwIaFgZ";
pub(crate) const TOKEN: &str = "ys_bXVzdCBiZSAyNTYgcmFuZG9tIGJpdHMsIG5vdCB0aGF0";
pub(crate) const SESSION: &str = "019b76da-a800-7c3e-8f3a-5d0b6a1c2e4f";
const OPENID: &str = "oX9bq4rVfXc1Jt2mYyZ0aBcDeFgH";
const USER: &str = "019b76da-c9f1-7d10-9b55-0a8e6f7d2c31";
const LOGGED_IN_AT: &str = "2026-01-01T00:00:00.000Z";
const EXPIRES_AT: &str = "2026-01-31T00:00:00.000Z";

/// A text to be signed for `wx.requestVirtualPayment`.
pub(crate) const SIGN_DATA: &str = "{\"offerId\":\"1450000001\",\"buyQuantity\":1,\"env\":0,\"currencyType\":\"CNY\",\
    \"productId\":\"sword\",\"goodsPrice\":600,\"outTradeNo\":\"20260101-0001\",\"attach\":\"\"}";
/// A text to be signed for `/xpay/query_user_balance`.
pub(crate) const XPAY_BODY: &str = "{\"openid\":\"oX9bq4rVfXc1Jt2mYyZ0aBcDeFgH\",\"env\":0}";
pub(crate) const SIGNATURE: &str = "42fe1d3341fb1c8bd6f5014ba735ab04eacc80a2deb3ab4669eab4700b5b6729";
pub(crate) const PAY_SIG: &str = "11bac6388871d29c055c7d16fbe42e8d646855b666faf89b15c815218b1b23bd";

pub(crate) fn user() -> Value {
    json!({
        "id": USER, "nickname": "阿明 🌱", "avatar_url": "https://img.example.org/aming.png", "gender": 0,
        "language": "zh_CN", "country": "", "province": "", "city": "",
        "created_at": "2026-01-01T00:00:08.177Z", "updated_at": "2026-01-01T00:00:08.177Z",
    })
}

fn granted(rest: Value) -> Value {
    let mut body = json!({
        "token": TOKEN, "token_type": "Bearer", "expires_at": EXPIRES_AT, "session": { "id": SESSION },
    });
    if let (Value::Object(body), Value::Object(rest)) = (&mut body, rest) {
        body.extend(rest);
    }
    body
}

pub(crate) fn logged_in_unregistered() -> Value {
    granted(json!({ "state": "unregistered" }))
}

pub(crate) fn logged_in_registered() -> Value {
    granted(json!({ "state": "registered", "user": user() }))
}

pub(crate) fn registered() -> Value {
    granted(json!({ "user": user() }))
}

pub(crate) fn phone() -> Value {
    json!({ "phone": "+8613800138000", "bound_at": "2026-01-01T00:00:08.177Z" })
}

pub(crate) fn session_registered() -> Value {
    json!({
        "state": "registered",
        "session": { "id": SESSION, "app_id": APP_ID, "expires_at": EXPIRES_AT },
        "user": { "id": USER },
    })
}

pub(crate) fn session_unregistered() -> Value {
    json!({
        "state": "unregistered",
        "session": { "id": SESSION, "app_id": APP_ID, "expires_at": EXPIRES_AT },
    })
}

pub(crate) fn introspected() -> Value {
    json!({
        "active": true, "sub": USER, "sid": SESSION, "app_id": APP_ID, "openid": OPENID, "state": "registered",
        "exp": 1_769_817_600, "iat": 1_767_225_600, "token_type": "Bearer",
    })
}

pub(crate) fn metadata() -> Value {
    json!({
        "issuer": "https://login.example.org",
        "introspection_endpoint": "https://login.example.org/oauth/introspect",
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic"],
        "jwks_uri": "https://login.example.org/.well-known/jwks.json",
        "response_types_supported": [], "grant_types_supported": [],
    })
}

pub(crate) fn keys() -> Value {
    json!({ "keys": [{
        "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "019b76da-a800-7f21-a06c-52c1d0a7b3e9",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }] })
}

pub(crate) fn found_user() -> Value {
    json!({
        "status": "active",
        "user": user(),
        "identities": [{
            "app_id": APP_ID, "openid": OPENID,
            "first_seen_at": LOGGED_IN_AT, "last_seen_at": LOGGED_IN_AT,
        }],
        "phone": phone(),
    })
}

pub(crate) fn erasure() -> Value {
    json!({
        "user_id": USER, "event_id": "019b7884-5ee3-7a0c-9d41-2f6b8c0e1a57",
        "erased_at": "2026-01-01T07:30:00.000Z",
    })
}

pub(crate) fn export() -> Value {
    let (user_agent, ip) = ("Mozilla/5.0 (iPhone) MicroMessenger/8.0.50", "203.0.113.7");
    let found = found_user();
    json!({
        "exported_at": "2026-01-01T07:30:00.000Z",
        "status": found["status"], "user": found["user"], "phone": found["phone"],
        "identities": found["identities"],
        "sessions": [{
            "id": SESSION, "app_id": APP_ID, "openid": OPENID, "created_at": LOGGED_IN_AT,
            "last_seen_at": "2026-01-01T07:30:00.000Z", "expires_at": EXPIRES_AT,
            "user_agent": user_agent, "ip": ip,
        }],
        "events": [{
            "id": "019b76da-a800-7d52-b1c3-6e9f0a4d8b26", "at": LOGGED_IN_AT, "kind": "logged_in",
            "app_id": APP_ID, "openid": OPENID, "session_id": SESSION, "by": "user",
            "user_agent": user_agent, "ip": ip,
        }],
        "diagnoses": [{
            "id": "019b76db-9260-7a41-8c35-2f7d9e6b1a04", "at": "2026-01-01T07:31:00.000Z",
            "request_id": "5f3a9c01-000000002a", "step": "decryption", "code": "undecryptable",
            "app_id": APP_ID, "openid": OPENID, "identity": "3d1f0c9ab27e6458",
            "keys": [{ "generation": 1, "age_seconds": 60, "superseded": false }],
            "before": [{ "kind": "logged_in", "at": LOGGED_IN_AT }],
        }],
        "pushes": [{
            "received_at": "2026-01-01T07:32:00.000Z", "app_id": APP_ID, "event": "user_authorization_revoke",
            "message": {
                "ToUserName": "gh_0123456789ab", "FromUserName": "oPlatform", "CreateTime": 1_767_252_720,
                "MsgType": "event", "Event": "user_authorization_revoke", "OpenID": OPENID, "AppID": APP_ID,
                "RevokeInfo": "13", "PluginID": "", "OpenPID": "",
            },
        }],
    })
}

pub(crate) fn sessions() -> Value {
    json!({ "sessions": [{
        "id": SESSION, "app_id": APP_ID, "state": "registered", "created_at": LOGGED_IN_AT,
        "last_seen_at": "2026-01-01T07:30:00.000Z", "expires_at": EXPIRES_AT,
        "user_agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50", "ip": "203.0.113.7", "current": true,
    }] })
}

pub(crate) fn unsigned_data() -> Value {
    json!({ "encrypted_data": "CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS",
        "iv": "r7BXXKkLb8qrSNn05n0qiA==" })
}

pub(crate) fn signed_data() -> Value {
    let mut body = unsigned_data();
    body["raw_data"] = json!(
        "{\"nickName\":\"阿明 🌱\",\"gender\":0,\"language\":\"zh_CN\",\"city\":\"\",\
        \"province\":\"\",\"country\":\"\",\"avatarUrl\":\"https://img.example.org/aming.png\"}"
    );
    body["signature"] = json!("75e81ceda165f4ffa64f4068af58c64b8f54b88c");
    body
}

pub(crate) fn compat_info() -> Value {
    json!({ "token": TOKEN, "encryptedData": unsigned_data()["encrypted_data"], "iv": unsigned_data()["iv"] })
}

pub(crate) fn compat_token() -> Value {
    json!({ "status": 0, "msg": "ok", "data": { "token": TOKEN } })
}

pub(crate) fn compat_user() -> Value {
    json!({ "status": 0, "msg": "ok", "data": {
        "name": "阿明 🌱", "avatar": "https://img.example.org/aming.png", "language": "zh_CN",
        "province": "", "city": "", "country": "",
    } })
}
