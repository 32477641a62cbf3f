//! Reading the JSON that the controls are sent, so that whatever is wrong is named.

use std::{collections::BTreeMap, net::IpAddr, ops::RangeInclusive};

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use serde_json::{Map, Value};

use crate::refusal::Refusal;

const LONGEST_TEXT: usize = 4096;

/// The members of one JSON object, taken out one by one; what is left at the end is unknown and refused.
pub(crate) struct Fields {
    place: String,
    members: Map<String, Value>,
}

impl Fields {
    /// The members of `value`, which stands at `place` of the request (`""` for the whole body).
    pub(crate) fn of(value: Value, place: impl Into<String>) -> Result<Self, Refusal> {
        let place = place.into();
        let Value::Object(members) = value else {
            let field = if place.is_empty() { "body" } else { place.trim_end_matches('.') };
            return Err(Refusal::field(field, "must be a JSON object"));
        };
        Ok(Self { place, members })
    }

    /// A text that must be there and say something.
    pub(crate) fn text(&mut self, name: &str) -> Result<String, Refusal> {
        let text = self.optional_text(name)?.ok_or_else(|| self.wrong(name, "is missing"))?;
        if text.is_empty() { Err(self.wrong(name, "must not be empty")) } else { Ok(text) }
    }

    /// A text, which may be empty or absent.
    pub(crate) fn optional_text(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.len() <= LONGEST_TEXT => Ok(Some(text)),
            Some(_) => Err(self.wrong(name, &format!("must be a string of at most {LONGEST_TEXT} bytes"))),
        }
    }

    /// `true` or `false`, the latter where absent.
    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, Refusal> {
        match self.take(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(_) => Err(self.wrong(name, "must be true or false")),
        }
    }

    /// An integer within `range`.
    pub(crate) fn integer(&mut self, name: &str, range: RangeInclusive<i64>) -> Result<Option<i64>, Refusal> {
        let Some(value) = self.take(name) else { return Ok(None) };
        value.as_i64().filter(|number| range.contains(number)).map(Some).ok_or_else(|| {
            self.wrong(name, &format!("must be an integer from {} to {}", range.start(), range.end()))
        })
    }

    /// A non-negative integer up to `most`.
    pub(crate) fn amount(&mut self, name: &str, most: u32) -> Result<Option<u32>, Refusal> {
        let amount = self.integer(name, 0..=i64::from(most))?;
        Ok(amount.and_then(|amount| u32::try_from(amount).ok()))
    }

    /// A share from 0 to 1.
    pub(crate) fn share(&mut self, name: &str) -> Result<Option<f64>, Refusal> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let share = value.as_f64().filter(|share| (0.0..=1.0).contains(share));
        share.map(Some).ok_or_else(|| self.wrong(name, "must be a number from 0 to 1"))
    }

    /// An object whose values are texts.
    pub(crate) fn texts(&mut self, name: &str) -> Result<BTreeMap<String, String>, Refusal> {
        let Some(value) = self.take(name) else { return Ok(BTreeMap::new()) };
        let mut inner = Self::of(value, format!("{}{name}.", self.place))?;
        let names: Vec<String> = inner.members.keys().cloned().collect();
        names.into_iter().map(|name| inner.text(&name).map(|text| (name, text))).collect()
    }

    /// A list of IP addresses.
    pub(crate) fn addresses(&mut self, name: &str) -> Result<Vec<IpAddr>, Refusal> {
        let Some(value) = self.take(name) else { return Ok(Vec::new()) };
        serde_json::from_value(value).map_err(|_| self.wrong(name, "must be a list of IP addresses"))
    }

    /// An error about one of the members.
    pub(crate) fn wrong(&self, name: &str, message: &str) -> Refusal {
        Refusal::field(format!("{}{name}", self.place), message)
    }

    /// The end: nothing unknown may be left.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        match self.members.keys().next() {
            None => Ok(()),
            Some(name) => Err(self.wrong(name, "is not a field of this request")),
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name).filter(|value| !value.is_null())
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let body = json(request, state).await?;
        Self::of(if body.is_null() { Value::Object(Map::new()) } else { body }, "")
    }
}

/// The request's body as JSON; `null` where there is no body. Its content type does not matter, so that a bare
/// `curl -d` works.
pub(crate) async fn json<S: Send + Sync>(request: Request, state: &S) -> Result<Value, Refusal> {
    let body = Bytes::from_request(request, state)
        .await
        .map_err(|rejection| Refusal::field("body", rejection.body_text()))?;
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&body).map_err(|error| Refusal::field("body", format!("is not JSON: {error}")))
}
