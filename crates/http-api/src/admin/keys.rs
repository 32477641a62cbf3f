//! What master keys and signing keys are used for.

use std::{collections::BTreeMap, sync::Arc};

use axum::extract::State;
use domain::resealing::{KeyOverview, MasterKeyUse, SealingWork, SigningKeyUse};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    api::AdminApi,
    operator::{Changing, Looking},
};
use crate::{
    dto::{JsonResponse, Moment},
    extract::Client,
    problem::{Problem, problems},
};

pub(super) fn routes() -> OpenApiRouter<Arc<AdminApi>> {
    OpenApiRouter::new().routes(routes!(show)).routes(routes!(reseal))
}

/// A master key.
#[derive(Serialize, ToSchema)]
#[schema(as = MasterKey)]
struct MasterKeyBody {
    /// Its id.
    id: String,
    /// What it is for: `newest` seals, `older` opens what it has sealed, `missing` is not configured although it sealed
    /// rows, which nobody can open.
    state: &'static str,
    /// How many rows it seals, by what they hold: `session_keys`, `phones`, `signing_keys`, `operators`. Empty until
    /// rows are counted for the first time.
    sealed: BTreeMap<&'static str, u64>,
}

impl From<MasterKeyUse> for MasterKeyBody {
    fn from(MasterKeyUse { id, state, sealed }: MasterKeyUse) -> Self {
        let sealed = sealed.into_iter().map(|(kind, rows)| (kind.as_str(), rows)).collect();
        Self { id: id.to_string(), state: state.as_str(), sealed }
    }
}

/// A key that signs assertions.
#[derive(Serialize, ToSchema)]
#[schema(as = SigningKey)]
struct SigningKeyBody {
    /// Its name in assertions (`kid`).
    id: Uuid,
    /// What it is for: `next` will sign, `signs` does, `retired` is published for what it has signed.
    state: &'static str,
    /// From when it signs.
    signs_from: Moment,
}

impl From<SigningKeyUse> for SigningKeyBody {
    fn from(SigningKeyUse { id, state, signs_from }: SigningKeyUse) -> Self {
        Self { id: id.as_uuid(), state: state.as_str(), signs_from: Moment(signs_from) }
    }
}

/// What goes on, or last went on, with all sealed rows.
#[derive(Serialize, ToSchema)]
#[schema(as = SealingWork)]
struct WorkBody {
    /// `count`: the rows are counted by master key. `reseal`: all are sealed by the newest.
    kind: &'static str,
    /// `running`, `done`, or `stopped`: it was given up, and may be started again.
    state: &'static str,
    /// When it began.
    started_at: Moment,
    /// The operator who asked for it; absent for a count.
    #[serde(skip_serializing_if = "Option::is_none")]
    started_by: Option<String>,
    /// How many rows were looked at.
    done: u64,
    /// How many rows there were when it began.
    total: u64,
}

impl From<SealingWork> for WorkBody {
    fn from(work: SealingWork) -> Self {
        Self {
            kind: work.kind.as_str(),
            state: work.state.as_str(),
            started_at: Moment(work.started_at),
            started_by: work.started_by.map(|name| name.to_string()),
            done: work.done,
            total: work.total,
        }
    }
}

/// What the keys are used for.
#[derive(Serialize, ToSchema)]
#[schema(as = Keys)]
struct KeysBody {
    /// The configured master keys, newest first, then those that are missing.
    master_keys: Vec<MasterKeyBody>,
    /// When the rows were counted; absent until they are for the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    counted_at: Option<Moment>,
    /// The keys that sign assertions, newest first.
    signing_keys: Vec<SigningKeyBody>,
    /// What goes on, or last went on; absent where nothing ever did.
    #[serde(skip_serializing_if = "Option::is_none")]
    work: Option<WorkBody>,
}

impl From<KeyOverview> for KeysBody {
    fn from(keys: KeyOverview) -> Self {
        Self {
            master_keys: keys.master_keys.into_iter().map(MasterKeyBody::from).collect(),
            counted_at: keys.counted_at.map(Moment),
            signing_keys: keys.signing_keys.into_iter().map(SigningKeyBody::from).collect(),
            work: keys.work.map(WorkBody::from),
        }
    }
}

problems!(KeysProblems: OPERATOR);

/// Show keys
///
/// Which master key seals how many rows, and which keys sign. Rows are counted in the background when this is asked for
/// and the latest count is ten minutes old: `work` says how far that is.
#[utoipa::path(
    get, path = "/admin/v1/keys", tag = "keys", operation_id = "showKeys",
    security(("operator" = [])),
    responses((status = 200, description = "The keys", body = KeysBody), KeysProblems))]
async fn show(
    State(api): State<Arc<AdminApi>>,
    Looking(_): Looking,
) -> Result<JsonResponse<KeysBody>, Problem> {
    Ok(JsonResponse(StatusCode::OK, api.show_keys.execute().await?.into()))
}

problems!(ResealProblems: OPERATOR + ViewerOnly);

/// Seal everything by the newest master key
///
/// Goes on in the background; `work` says how far it is. Once an older key seals nothing it may leave the configuration.
/// Where it goes on already, nothing is started.
#[utoipa::path(
    post, path = "/admin/v1/keys/reseal", tag = "keys", operation_id = "reseal",
    security(("operator" = [])),
    responses((status = 202, description = "It goes on", body = KeysBody), ResealProblems))]
async fn reseal(
    State(api): State<Arc<AdminApi>>,
    Changing(operator): Changing,
    Client(client): Client,
) -> Result<JsonResponse<KeysBody>, Problem> {
    api.start_sealing_work.reseal(&operator.name, &api.origin(client)).await?;
    Ok(JsonResponse(StatusCode::ACCEPTED, api.show_keys.execute().await?.into()))
}
