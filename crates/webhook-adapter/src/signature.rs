use base64::{Engine, engine::general_purpose::STANDARD};
use domain::webhook::WebhookSecret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The value of the header `webhook-signature`: a signature with each secret, in their order.
pub(crate) fn signatures(secrets: &[WebhookSecret], id: &str, timestamp: &str, body: &str) -> String {
    let signatures: Vec<_> =
        secrets.iter().map(|secret| signature(secret, &[id, ".", timestamp, ".", body])).collect();
    signatures.join(" ")
}

#[expect(clippy::expect_used, reason = "HMAC is defined for keys of any length")]
fn signature(secret: &WebhookSecret, parts: &[&str]) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose_bytes()).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part.as_bytes());
    }
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const TIMESTAMP: &str = "1614265330";
    const BODY: &str = r#"{"test": 2432232314}"#;

    /// The example that the reference libraries of Standard Webhooks are tested with.
    #[test]
    fn the_example_is_signed_as_specified() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap();
        let signed = signatures(&[secret], ID, TIMESTAMP, BODY);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn each_secret_makes_a_signature() {
        let [first, second]: [WebhookSecret; 2] =
            ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"]
                .map(|secret| format!("whsec_{secret}").parse().unwrap());
        let sign = |secrets: &[WebhookSecret]| signatures(secrets, ID, TIMESTAMP, BODY);
        let alone = [&first, &second].map(|secret| sign(std::slice::from_ref(secret)));
        assert_ne!(alone[0], alone[1]);
        assert_eq!(sign(&[first, second]), alone.join(" "));
        assert_eq!(sign(&[]), "");
    }
}
