//! Why requests failed.

use std::sync::Arc;

use axum::extract::State;
use domain::{
    diagnosis::{DiagnosisFilter, DiagnosisId},
    localized::Localized,
};
use http::StatusCode;
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{api::AdminApi, operator::Looking};
use crate::{
    diagnosis::DiagnosisBody,
    dto::{JsonResponse, Page},
    extract::{FieldErrors, FieldValue, Query},
    problem::{Problem, problems},
};

pub(super) fn routes() -> OpenApiRouter<Arc<AdminApi>> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Which diagnoses: those of one of these, or the latest.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DiagnosesQuery {
    /// The request's id, as its response and the log have it.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    request_id: FieldValue,
    /// WeChat's name for its answer.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    rid: FieldValue,
    /// An openid, at whichever app.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    openid: FieldValue,
    /// What the log calls a person at one app.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    identity: FieldValue,
    /// A user, by id.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    user: FieldValue,
    /// The `next` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    after: FieldValue,
}

const SECOND_FILTER: Localized =
    Localized::fixed("cannot stand beside another filter", "不能与其他筛选条件同时使用");

impl DiagnosesQuery {
    fn read(self) -> Result<(DiagnosisFilter, Option<DiagnosisId>), Problem> {
        let mut errors = FieldErrors::default();
        let filters = [
            ("request_id", errors.optional("request_id", self.request_id).map(DiagnosisFilter::Request)),
            ("rid", errors.optional("rid", self.rid).map(DiagnosisFilter::Rid)),
            ("openid", errors.optional("openid", self.openid).map(DiagnosisFilter::OpenId)),
            ("identity", errors.optional("identity", self.identity).map(DiagnosisFilter::Identity)),
            ("user", errors.optional("user", self.user).map(DiagnosisFilter::User)),
        ];
        let after = errors.optional("after", self.after);
        let mut given = filters.into_iter().filter_map(|(name, filter)| Some((name, filter?)));
        let filter = given.next().map_or(DiagnosisFilter::All, |(_, filter)| filter);
        for (name, _) in given {
            errors.invalid(name, SECOND_FILTER.clone());
        }
        if errors.is_empty() { Ok((filter, after)) } else { Err(errors.into()) }
    }
}

problems!(DiagnosesProblems: OPERATOR + InvalidField);

/// List diagnoses
///
/// Why logins, registrations, phone numbers and decryptions failed, the latest first, fifty a page, with what to do
/// about each. Openids are masked.
#[utoipa::path(
    get, path = "/admin/v1/diagnoses", tag = "diagnoses", operation_id = "listDiagnoses",
    params(DiagnosesQuery),
    security(("operator" = [])),
    responses((status = 200, description = "A page of diagnoses", body = Page<DiagnosisBody>), DiagnosesProblems))]
async fn list(
    State(api): State<Arc<AdminApi>>,
    Looking(_): Looking,
    Query(query): Query<DiagnosesQuery>,
) -> Result<JsonResponse<Page<DiagnosisBody>>, Problem> {
    let (filter, before) = query.read()?;
    let diagnoses = api.store.diagnoses().latest(&filter, before, Page::<DiagnosisBody>::SIZE).await?;
    Ok(JsonResponse(StatusCode::OK, Page::of(diagnoses, |diagnosis| diagnosis.id.to_string())))
}
