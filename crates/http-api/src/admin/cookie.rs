//! The cookie that holds an operator's token.

use domain::{operator::ABSOLUTE_LIFE, session::Token};
use http::{HeaderMap, header};

use super::api::AdminApi;

/// The cookie's name. Browsers accept the prefix `__Host-` only from the host itself, by HTTPS and for every path,
/// so that no neighbour sets it.
const fn name(is_behind_tls: bool) -> &'static str {
    if is_behind_tls { "__Host-yaoshi_operator" } else { "yaoshi_operator" }
}

/// `Set-Cookie` with this token.
pub(super) fn with_token(api: &AdminApi, token: &Token) -> String {
    set(api.is_behind_tls, token.expose(), ABSOLUTE_LIFE.as_secs())
}

/// `Set-Cookie` that removes it.
pub(super) fn without_token(api: &AdminApi) -> String {
    set(api.is_behind_tls, "", 0)
}

fn set(is_behind_tls: bool, value: &str, seconds: u64) -> String {
    let secure = if is_behind_tls { "; Secure" } else { "" };
    let name = name(is_behind_tls);
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

/// The token in the request's cookies.
pub(super) fn token_in(api: &AdminApi, headers: &HeaderMap) -> Option<Token> {
    let name = name(api.is_behind_tls);
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(found, _)| *found == name).find_map(|(_, value)| value.parse().ok())
}
