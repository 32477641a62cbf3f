//! Reads the JSON bodies of requests to the phones and controls, with errors that name the field.

use std::{collections::BTreeMap, net::IpAddr, ops::RangeInclusive};

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use serde_json::{Map, Value};

use crate::error::SimulatorError;

const MAX_TEXT_BYTES: usize = 4096;

/// The members of a JSON object. They are taken one by one; those left at the end are unknown and rejected.
pub(crate) struct Fields {
    path: String,
    members: Map<String, Value>,
}

impl Fields {
    /// The members of `value`, whose names in errors follow `path`: `[0].`, or `""` for the whole body.
    pub(crate) fn try_new(value: Value, path: impl Into<String>) -> Result<Self, SimulatorError> {
        let path = path.into();
        let Value::Object(members) = value else {
            let field = if path.is_empty() { "body" } else { path.trim_end_matches('.') };
            return Err(SimulatorError::invalid_field(field, "must be a JSON object"));
        };
        Ok(Self { path, members })
    }

    /// A required, non-empty string.
    pub(crate) fn required_text(&mut self, name: &str) -> Result<String, SimulatorError> {
        let text = self.optional_text(name)?.ok_or_else(|| self.invalid(name, "is missing"))?;
        if text.is_empty() { Err(self.invalid(name, "must not be empty")) } else { Ok(text) }
    }

    /// An optional string, which may be empty.
    pub(crate) fn optional_text(&mut self, name: &str) -> Result<Option<String>, SimulatorError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.len() <= MAX_TEXT_BYTES => Ok(Some(text)),
            Some(_) => {
                Err(self.invalid(name, &format!("must be a string of at most {MAX_TEXT_BYTES} bytes")))
            }
        }
    }

    /// An optional boolean, `false` by default.
    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, SimulatorError> {
        match self.take(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(_) => Err(self.invalid(name, "must be true or false")),
        }
    }

    /// An optional integer within `range`.
    pub(crate) fn integer(
        &mut self,
        name: &str,
        range: RangeInclusive<i64>,
    ) -> Result<Option<i64>, SimulatorError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        value.as_i64().filter(|number| range.contains(number)).map(Some).ok_or_else(|| {
            self.invalid(name, &format!("must be an integer from {} to {}", range.start(), range.end()))
        })
    }

    /// An optional integer from 0 to `max`.
    pub(crate) fn unsigned(&mut self, name: &str, max: u32) -> Result<Option<u32>, SimulatorError> {
        let number = self.integer(name, 0..=i64::from(max))?;
        Ok(number.and_then(|number| u32::try_from(number).ok()))
    }

    /// An optional number from 0 to 1.
    pub(crate) fn fraction(&mut self, name: &str) -> Result<Option<f64>, SimulatorError> {
        let Some(value) = self.take(name) else { return Ok(None) };
        let fraction = value.as_f64().filter(|fraction| (0.0..=1.0).contains(fraction));
        fraction.map(Some).ok_or_else(|| self.invalid(name, "must be a number from 0 to 1"))
    }

    /// An optional object of non-empty strings, empty by default.
    pub(crate) fn text_map(&mut self, name: &str) -> Result<BTreeMap<String, String>, SimulatorError> {
        let Some(value) = self.take(name) else { return Ok(BTreeMap::new()) };
        let mut inner = Self::try_new(value, format!("{}{name}.", self.path))?;
        let names: Vec<String> = inner.members.keys().cloned().collect();
        names.into_iter().map(|name| inner.required_text(&name).map(|text| (name, text))).collect()
    }

    /// An optional object.
    pub(crate) fn object(&mut self, name: &str) -> Result<Option<Self>, SimulatorError> {
        let path = format!("{}{name}.", self.path);
        self.take(name).map(|value| Self::try_new(value, path)).transpose()
    }

    /// An optional list of objects, empty by default.
    pub(crate) fn objects(&mut self, name: &str) -> Result<Vec<Self>, SimulatorError> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(values)) => {
                let path = |index| format!("{}{name}[{index}].", self.path);
                values
                    .into_iter()
                    .enumerate()
                    .map(|(index, value)| Self::try_new(value, path(index)))
                    .collect()
            }
            Some(_) => Err(self.invalid(name, "must be a list of objects")),
        }
    }

    /// An optional list of IP addresses, empty by default.
    pub(crate) fn ip_addresses(&mut self, name: &str) -> Result<Vec<IpAddr>, SimulatorError> {
        let Some(value) = self.take(name) else { return Ok(Vec::new()) };
        serde_json::from_value(value).map_err(|_| self.invalid(name, "must be a list of IP addresses"))
    }

    /// All members, whatever their types are.
    pub(crate) fn into_members(self) -> Map<String, Value> {
        self.members
    }

    /// An error about the member `name`.
    pub(crate) fn invalid(&self, name: &str, message: &str) -> SimulatorError {
        SimulatorError::invalid_field(format!("{}{name}", self.path), message)
    }

    /// Fails if members are left.
    pub(crate) fn reject_unknown(self) -> Result<(), SimulatorError> {
        match self.members.keys().next() {
            None => Ok(()),
            Some(name) => Err(self.invalid(name, "is not a field of this request")),
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name).filter(|value| !value.is_null())
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = SimulatorError;

    async fn from_request(request: Request, state: &S) -> Result<Self, SimulatorError> {
        let body = json(request, state).await?;
        Self::try_new(if body.is_null() { Value::Object(Map::new()) } else { body }, "")
    }
}

/// The request's body as JSON, or `null` without a body.
pub(crate) async fn json<S: Send + Sync>(request: Request, state: &S) -> Result<Value, SimulatorError> {
    let body = Bytes::from_request(request, state)
        .await
        .map_err(|rejection| SimulatorError::invalid_field("body", rejection.body_text()))?;
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&body)
        .map_err(|error| SimulatorError::invalid_field("body", format!("is not JSON: {error}")))
}
