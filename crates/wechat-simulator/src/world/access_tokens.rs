//! Access tokens: of one app, valid for two hours, replaced with an overlap.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use axum::{Json, Router, extract::State, routing::post};
use serde::Serialize;
use serde_json::{Value, json};

use super::{RegisteredApp, lock};
use crate::{Policies, Simulator, SimulatorError, fields::Fields, random};

const LIFETIME_MS: i64 = 7200 * 1000;
/// How long a token is valid after it was replaced, and how long before its end stable_token replaces it.
const OVERLAP_MS: i64 = 300 * 1000;
const MAX_FORCES_PER_DAY: u32 = 20;
const MIN_FORCE_INTERVAL_MS: i64 = 30 * 1000;
const DAY_MS: i64 = 86_400_000;
/// Days start at midnight in China, UTC+8. WeChat does not say so of this limit.
const UTC_OFFSET_MS: i64 = 8 * 3600 * 1000;
/// How many tokens of each kind an app remembers, so that an expired one is not an unknown one.
const MAX_REMEMBERED: usize = 16;
const LENGTHS: std::ops::RangeInclusive<usize> = 100..=512;

/// A token, and for how long it is still valid.
#[derive(Serialize)]
pub(crate) struct Grant {
    access_token: String,
    /// In seconds.
    expires_in: i64,
}

/// Why a forced refresh is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ForceError {
    TooManyToday,
    TooSoon,
}

/// Why an access token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccessTokenError {
    /// It does not look like a token.
    Malformed,
    /// It is unknown, or was replaced or killed.
    Invalid,
    /// Its two hours are over.
    Expired,
}

/// The tokens of all apps.
#[derive(Default)]
pub(crate) struct AccessTokens(Mutex<HashMap<Arc<str>, AppTokens>>);

/// The tokens of an app. The two kinds do not affect each other.
#[derive(Default)]
struct AppTokens {
    /// Of `/cgi-bin/token`.
    plain: Tokens,
    /// Of `/cgi-bin/stable_token`.
    stable: Tokens,
    forces: Forces,
}

/// Oldest first; the last one is current.
#[derive(Default)]
struct Tokens(VecDeque<Token>);

struct Token {
    text: String,
    expires_ms: i64,
    /// When it becomes invalid because it was replaced or killed.
    dies_ms: Option<i64>,
}

/// The forced refreshes of a day.
#[derive(Default)]
struct Forces {
    day: i64,
    count: u32,
    last_ms: Option<i64>,
}

impl AccessTokens {
    /// A new token of `/cgi-bin/token`. The previous one is valid for 300 s more.
    pub(crate) fn issue(&self, app: &RegisteredApp, now_ms: i64) -> Grant {
        lock(&self.0).entry(app.id.clone()).or_default().plain.replace(OVERLAP_MS, now_ms)
    }

    /// The token of `/cgi-bin/stable_token`: the current one, or a new one if at most 300 s are left.
    /// `force` asks for a new one in any case.
    pub(crate) fn stable(
        &self,
        app: &RegisteredApp,
        force: bool,
        policies: Policies,
        now_ms: i64,
    ) -> Result<Grant, ForceError> {
        let mut apps = lock(&self.0);
        let tokens = apps.entry(app.id.clone()).or_default();
        if force {
            match tokens.forces.admit(now_ms) {
                Ok(()) => {
                    let overlap_ms = if policies.forced_token_overlaps { OVERLAP_MS } else { 0 };
                    return Ok(tokens.stable.replace(overlap_ms, now_ms));
                }
                Err(error) if policies.limited_force_fails => return Err(error),
                Err(_) => {}
            }
        }
        let current = tokens.stable.0.back().filter(|current| {
            let is_replaced = policies.killed_token_is_replaced && current.is_dead(now_ms);
            current.expires_ms.saturating_sub(now_ms) > OVERLAP_MS && !is_replaced
        });
        let current = current.map(|current| current.grant(now_ms));
        Ok(current.unwrap_or_else(|| tokens.stable.replace(OVERLAP_MS, now_ms)))
    }

    /// The id of the app that the valid token belongs to.
    pub(crate) fn check(&self, text: &str, now_ms: i64) -> Result<Arc<str>, AccessTokenError> {
        if !is_well_formed(text) {
            return Err(AccessTokenError::Malformed);
        }
        let apps = lock(&self.0);
        let (app_id, token) = find(&apps, text).ok_or(AccessTokenError::Invalid)?;
        if token.is_dead(now_ms) {
            Err(AccessTokenError::Invalid)
        } else if token.expires_ms <= now_ms {
            Err(AccessTokenError::Expired)
        } else {
            Ok(app_id.clone())
        }
    }

    /// The id of the app that the token belongs to, valid or not.
    pub(crate) fn app_of(&self, text: &str) -> Option<Arc<str>> {
        find(&lock(&self.0), text).map(|(app_id, _)| app_id.clone())
    }

    /// Makes the app's tokens invalid.
    pub(crate) fn kill(&self, app_id: &str, now_ms: i64) {
        if let Some(tokens) = lock(&self.0).get_mut(app_id) {
            tokens.plain.0.iter_mut().chain(&mut tokens.stable.0).for_each(|token| token.die(now_ms));
        }
    }
}

fn find<'a>(apps: &'a HashMap<Arc<str>, AppTokens>, text: &str) -> Option<(&'a Arc<str>, &'a Token)> {
    apps.iter().find_map(|(app_id, tokens)| {
        let mut all = tokens.plain.0.iter().chain(&tokens.stable.0);
        all.find(|token| token.text == text).map(|token| (app_id, token))
    })
}

/// Whether the text looks like a token: a number, `_` and a long tail.
fn is_well_formed(text: &str) -> bool {
    let is_tail = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    LENGTHS.contains(&text.len())
        && text.split_once('_').is_some_and(|(number, tail)| {
            !number.is_empty()
                && number.bytes().all(|byte| byte.is_ascii_digit())
                && tail.bytes().all(is_tail)
        })
}

impl Tokens {
    /// Adds a new token. The previous one is valid for `overlap_ms` more.
    fn replace(&mut self, overlap_ms: i64, now_ms: i64) -> Grant {
        if let Some(previous) = self.0.back_mut() {
            previous.die(now_ms.saturating_add(overlap_ms));
        }
        if self.0.len() == MAX_REMEMBERED {
            self.0.pop_front();
        }
        let text = random::access_token();
        let token = Token { text, expires_ms: now_ms.saturating_add(LIFETIME_MS), dies_ms: None };
        let grant = token.grant(now_ms);
        self.0.push_back(token);
        grant
    }
}

impl Token {
    fn grant(&self, now_ms: i64) -> Grant {
        let expires_in = self.expires_ms.saturating_sub(now_ms) / 1000;
        Grant { access_token: self.text.clone(), expires_in }
    }

    fn is_dead(&self, now_ms: i64) -> bool {
        self.dies_ms.is_some_and(|dies_ms| dies_ms <= now_ms)
    }

    fn die(&mut self, at_ms: i64) {
        self.dies_ms = Some(self.dies_ms.map_or(at_ms, |dies_ms| dies_ms.min(at_ms)));
    }
}

impl Forces {
    /// Counts a forced refresh, if the limits permit it.
    fn admit(&mut self, now_ms: i64) -> Result<(), ForceError> {
        let day = now_ms.saturating_add(UTC_OFFSET_MS).div_euclid(DAY_MS);
        if day != self.day {
            (self.day, self.count) = (day, 0);
        }
        if self.count >= MAX_FORCES_PER_DAY {
            return Err(ForceError::TooManyToday);
        }
        if self.last_ms.is_some_and(|last_ms| now_ms.saturating_sub(last_ms) < MIN_FORCE_INTERVAL_MS) {
            return Err(ForceError::TooSoon);
        }
        self.count += 1;
        self.last_ms = Some(now_ms);
        Ok(())
    }
}

impl Simulator {
    /// Makes the app's access tokens invalid: calls with them get 40001. `/cgi-bin/stable_token` returns the
    /// dead token until a forced refresh, see [`Policies::killed_token_is_replaced`].
    pub fn kill_access_tokens(&self, app_id: &str) -> Result<(), SimulatorError> {
        let app = self.world.apps.get(app_id)?;
        self.world.access_tokens.kill(&app.id, self.now_ms());
        Ok(())
    }
}

pub(crate) fn routes() -> Router<Simulator> {
    Router::new().route("/sim/access-tokens/kill", post(kill))
}

async fn kill(State(simulator): State<Simulator>, mut fields: Fields) -> Result<Json<Value>, SimulatorError> {
    let app_id = fields.required_text("app_id")?;
    fields.reject_unknown()?;
    simulator.kill_access_tokens(&app_id)?;
    Ok(Json(json!({})))
}
