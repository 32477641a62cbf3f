use domain::{
    operator::{OperatorName, Totp, TotpCode, TotpSecret, TotpStep},
    sealing::SealError,
    time::Timestamp,
};
use totp_rs::{Algorithm, Builder, Secret};
use zeroize::Zeroizing;

use crate::random;

/// Who issues the secrets, as authenticator apps show it.
const ISSUER: &str = "Yaoshi";

const SECRET_BYTES: usize = 20;

/// Makes secrets from the operating system's randomness, and checks codes as RFC 6238 says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rfc6238Totp;

fn with_secret(secret: &TotpSecret) -> Builder {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(Secret::new(secret.expose().into()))
}

impl Totp for Rfc6238Totp {
    fn generate(&self) -> Result<TotpSecret, SealError> {
        let mut secret = Zeroizing::new(vec![0; SECRET_BYTES]);
        random::fill(&mut secret)?;
        Ok(TotpSecret::new(std::mem::take(&mut secret)))
    }

    fn address(&self, secret: &TotpSecret, operator: &OperatorName) -> String {
        let named = with_secret(secret).with_issuer(Some(ISSUER)).with_account_name(operator.as_str());
        // A name of an operator is not empty and has no colon, and a secret that was made here is long enough.
        named.build().and_then(|totp| totp.to_url()).unwrap_or_default()
    }

    fn step_of(&self, code: &TotpCode, secret: &TotpSecret, now: Timestamp) -> Option<TotpStep> {
        let seconds = u64::try_from(now.as_millis()).ok()? / 1000;
        let step = with_secret(secret).build_noncompliant().check(code.expose(), seconds)?;
        TotpStep::try_from(step).ok()
    }
}
