use std::collections::HashMap;

use domain::{
    resealing::{SealedCounts, SealedKind, SealingWork, SealingWorkKind, SealingWorkState},
    time::Timestamp,
    version::Version,
};
use sea_orm::{Set, entity::prelude::*};
use serde::{Deserialize, Serialize};

use crate::{
    inconsistency::{Inconsistency, Row},
    tables::Relation,
};

/// The key of the one row.
pub(super) const ONLY_ROW: i32 = 1;

const TABLE: &str = "sealing_work";

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "sealing_work")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i32,
    pub(crate) kind: String,
    pub(crate) state: String,
    pub(crate) started_at: i64,
    pub(crate) started_by: Option<String>,
    pub(crate) seen_at: i64,
    pub(crate) done: i64,
    pub(crate) total: i64,
    /// As JSON, as are the next.
    pub(crate) counts: String,
    pub(crate) complete: Option<String>,
    pub(crate) complete_at: Option<i64>,
    pub(crate) version: u32,
}

impl ActiveModelBehavior for ActiveModel {}

/// How many rows of a kind a master key seals.
#[derive(Serialize, Deserialize)]
struct StoredCount {
    key: String,
    kind: String,
    rows: u64,
}

impl TryFrom<Model> for SealingWork {
    type Error = Inconsistency;

    fn try_from(model: Model) -> Result<Self, Inconsistency> {
        let row = Row::new(TABLE, model.id);
        let complete = model.complete.map(|json| counts(&row, "complete", &json)).transpose()?;
        Ok(Self {
            kind: row.one_of("kind", SealingWorkKind::ALL, SealingWorkKind::as_str, &model.kind)?,
            state: row.one_of("state", SealingWorkState::ALL, SealingWorkState::as_str, &model.state)?,
            started_at: Timestamp::from_millis(model.started_at),
            started_by: model.started_by.map(|name| row.check("started_by", name.parse())).transpose()?,
            seen_at: Timestamp::from_millis(model.seen_at),
            done: row.check("done", u64::try_from(model.done))?,
            total: row.check("total", u64::try_from(model.total))?,
            counts: counts(&row, "counts", &model.counts)?,
            complete: complete.zip(model.complete_at.map(Timestamp::from_millis)),
            version: Version::new(model.version),
        })
    }
}

fn counts(row: &Row<i32>, column: &'static str, json: &str) -> Result<SealedCounts, Inconsistency> {
    let stored: Vec<StoredCount> = row.check(column, serde_json::from_str(json))?;
    let count = |StoredCount { key, kind, rows }| {
        let kind = row.one_of(column, SealedKind::ALL, SealedKind::as_str, &kind)?;
        Ok(((row.parse(column, key)?, kind), rows))
    };
    stored.into_iter().map(count).collect::<Result<HashMap<_, _>, _>>()
}

/// A list of texts and numbers always serialises.
fn json_of(counts: &SealedCounts) -> String {
    let stored = counts.iter().map(|((key, kind), rows)| StoredCount {
        key: key.to_string(),
        kind: kind.as_str().to_owned(),
        rows: *rows,
    });
    serde_json::to_string(&stored.collect::<Vec<_>>()).unwrap_or_default()
}

fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl From<&SealingWork> for ActiveModel {
    fn from(work: &SealingWork) -> Self {
        let (complete, complete_at) =
            work.complete.as_ref().map(|(counts, at)| (json_of(counts), *at)).unzip();
        Self {
            id: Set(ONLY_ROW),
            kind: Set(work.kind.as_str().to_owned()),
            state: Set(work.state.as_str().to_owned()),
            started_at: Set(work.started_at.as_millis()),
            started_by: Set(work.started_by.as_ref().map(ToString::to_string)),
            seen_at: Set(work.seen_at.as_millis()),
            done: Set(stored(work.done)),
            total: Set(stored(work.total)),
            counts: Set(json_of(&work.counts)),
            complete: Set(complete),
            complete_at: Set(complete_at.map(Timestamp::as_millis)),
            version: Set(work.version.number()),
        }
    }
}
