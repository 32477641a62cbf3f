//! Hourly counts.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{
    app::AppId,
    diagnosis::FailureCode,
    hourly_count::{CountKey, Counted, Hour, HourlyCount, HourlyCountChange, HourlyCounts},
    store::StoreError,
    time::Timestamp,
};
use sea_orm::{
    ConnectionTrait, DbErr, QuerySelect, Set,
    entity::prelude::*,
    sea_query::{CaseStatement, ExprTrait, OnConflict},
};

use crate::{
    batched_reads::{BatchQuery, Rows},
    connections::Connections,
    failure::failed,
    inconsistency::{Inconsistency, Row},
    statements::sweep,
    tables::{Relation, Tables},
};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "hourly_counts")]
pub(crate) struct Model {
    /// When the hour begins.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) hour: i64,
    /// Empty for none.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) app_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) counted: String,
    /// The code of a failure, or the errcode; else empty.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) detail: String,
    pub(crate) count: i64,
}

impl ActiveModelBehavior for ActiveModel {}

/// The primary key.
const KEY: [Column; 4] = [Column::Hour, Column::AppId, Column::Counted, Column::Detail];

const CODE: &str = "code";
const EXCHANGED: &str = "exchanged";
const SESSION: &str = "session";
const REGISTERED: &str = "registered";
const FAILURE: &str = "failure";
const ERRCODE: &str = "errcode";

/// The columns `counted` and `detail`.
fn columns_of(counted: &Counted) -> (&'static str, String) {
    match counted {
        Counted::Code => (CODE, String::new()),
        Counted::Exchanged => (EXCHANGED, String::new()),
        Counted::Session => (SESSION, String::new()),
        Counted::Registered => (REGISTERED, String::new()),
        Counted::Failure(code) => (FAILURE, code.to_string()),
        Counted::Errcode(errcode) => (ERRCODE, errcode.to_string()),
    }
}

impl TryFrom<Model> for HourlyCount {
    type Error = Inconsistency;

    fn try_from(model: Model) -> Result<Self, Inconsistency> {
        let row = Row::new("hourly_counts", (model.hour, model.app_id.clone()));
        let counted = match &*model.counted {
            CODE => Counted::Code,
            EXCHANGED => Counted::Exchanged,
            SESSION => Counted::Session,
            REGISTERED => Counted::Registered,
            FAILURE => Counted::Failure(row.parse::<FailureCode>("detail", model.detail)?),
            ERRCODE => Counted::Errcode(row.check("detail", model.detail.parse())?),
            other => row.check("counted", Err(format!("{other:?} is not known")))?,
        };
        let app_id = Some(model.app_id).filter(|id| !id.is_empty());
        let key = CountKey {
            hour: Hour::of(Timestamp::from_millis(model.hour)),
            app_id: app_id.map(|id| row.parse::<AppId>("app_id", id)).transpose()?,
            counted,
        };
        Ok(Self { key, count: row.check("count", u64::try_from(model.count))? })
    }
}

#[async_trait]
impl HourlyCounts for Tables {
    async fn since(&self, hour: Hour) -> Result<Vec<HourlyCount>, StoreError> {
        Ok(self.counts_since.find(&hour).await?.unwrap_or_default())
    }

    async fn sweep(&self, before: Hour, limit: u32) -> Result<u64, StoreError> {
        let old = Column::Hour.lt(before.start().as_millis());
        sweep::<Entity, (i64, String, String, String)>(
            &self.writing,
            KEY,
            old,
            Expr::col(Column::Hour),
            limit,
        )
        .await
    }
}

/// The counts since an hour, for all who look at the same moment: they read many rows.
pub(crate) struct CountsSince(pub(crate) Connections);

#[async_trait]
impl BatchQuery for CountsSince {
    type Key = Hour;
    type Row = Vec<HourlyCount>;

    async fn find_all(&self, hours: &[Hour]) -> Result<Rows<Self>, StoreError> {
        let mut found = HashMap::with_capacity(hours.len());
        for hour in hours {
            let mut counts = logins_since(&self.0, *hour).await?;
            counts.extend(failures_since(&self.0, *hour).await?);
            counts.sort_unstable_by(|one, other| one.key.cmp(&other.key));
            found.insert(*hour, Ok(counts));
        }
        Ok(found)
    }
}

/// How far logins came. A row has all counts of an hour and an app: databases are slow at many short rows.
async fn logins_since(reading: &Connections, hour: Hour) -> Result<Vec<HourlyCount>, StoreError> {
    const STEPS: [&str; 4] = [CODE, EXCHANGED, SESSION, REGISTERED];
    // Of each step there is one row, so the highest is its count. A sum would be a decimal number, which MySQL is slow at.
    let count_of = |step: &str| {
        let count = CaseStatement::new().case(Column::Counted.eq(step), Expr::col(Column::Count)).finally(0);
        Expr::expr(count).max()
    };
    let query = Entity::find()
        .filter(Column::Hour.gte(hour.start().as_millis()).and(Column::Counted.is_in(STEPS)))
        .select_only()
        .columns([Column::Hour, Column::AppId])
        .group_by(Column::Hour)
        .group_by(Column::AppId);
    let query = STEPS.iter().fold(query, |query, step| query.column_as(count_of(step), *step));
    let rows: Vec<(i64, String, i64, i64, i64, i64)> =
        query.into_tuple().all(reading).await.map_err(failed)?;
    let models = rows.into_iter().flat_map(|(hour, app_id, codes, exchanged, sessions, registered)| {
        STEPS.into_iter().zip([codes, exchanged, sessions, registered]).map(move |(step, count)| Model {
            hour,
            app_id: app_id.clone(),
            counted: step.to_owned(),
            detail: String::new(),
            count,
        })
    });
    let counted = models.filter(|model| model.count != 0).map(HourlyCount::try_from);
    Ok(counted.collect::<Result<_, _>>()?)
}

/// What failed, over all hours.
async fn failures_since(reading: &Connections, hour: Hour) -> Result<Vec<HourlyCount>, StoreError> {
    let key = [Column::AppId, Column::Counted, Column::Detail];
    let query = Entity::find()
        .filter(Column::Hour.gte(hour.start().as_millis()).and(Column::Counted.is_in([FAILURE, ERRCODE])))
        .select_only()
        .columns(key)
        // MySQL makes a decimal number of a sum. To SQLite, the type is that of any number.
        .column_as(Expr::col(Column::Count).sum().cast_as("SIGNED"), "total");
    let query = key.into_iter().fold(query, QuerySelect::group_by);
    let rows: Vec<(String, String, String, i64)> = query.into_tuple().all(reading).await.map_err(failed)?;
    let hour = hour.start().as_millis();
    let models = rows.into_iter().map(|(app_id, counted, detail, count)| Model {
        hour,
        app_id,
        counted,
        detail,
        count,
    });
    Ok(models.map(HourlyCount::try_from).collect::<Result<_, _>>()?)
}

/// Writes changes. There is no guard, so that it is always true.
pub(crate) async fn write(
    connection: &impl ConnectionTrait,
    changes: &[&HourlyCountChange],
) -> Result<bool, DbErr> {
    for change in changes {
        let HourlyCountChange::Add(HourlyCount { key, count }) = change;
        let count = i64::try_from(*count).unwrap_or(i64::MAX);
        let (counted, detail) = columns_of(&key.counted);
        let row = ActiveModel {
            hour: Set(key.hour.start().as_millis()),
            app_id: Set(key.app_id.as_ref().map(ToString::to_string).unwrap_or_default()),
            counted: Set(counted.to_owned()),
            detail: Set(detail),
            count: Set(count),
        };
        let so_many_more = Expr::col((Entity, Column::Count)).add(count);
        let or_more = OnConflict::columns(KEY).value(Column::Count, so_many_more).to_owned();
        Entity::insert(row).on_conflict(or_more).exec_without_returning(connection).await?;
    }
    Ok(true)
}
