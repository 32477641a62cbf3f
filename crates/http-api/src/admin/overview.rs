//! How logins go, what fails, and how WeChat is doing.

use std::sync::Arc;

use axum::extract::State;
use domain::{
    localized::Localized,
    overview::{AppOverview, CallPause, EndpointHealth, FailureCount, LoginsOfHour, Overview, TokenAge},
    session::LiveSessions,
    wechat::CallError,
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{api::AdminApi, operator::Looking};
use crate::{
    dto::{JsonResponse, Moment},
    extract::{FieldErrors, FieldValue, Query},
    problem::{Problem, advice_on, problems},
};

pub(super) fn routes() -> OpenApiRouter<Arc<AdminApi>> {
    OpenApiRouter::new().routes(routes!(show))
}

/// The most hours of an overview: a week.
const MOST_HOURS: u32 = 7 * 24;

const USUAL_HOURS: u32 = 24;

const NO_HOURS: Localized = Localized::fixed("must be a number from 1 to 168", "必须是 1 到 168 的数字");

/// Of how many hours.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OverviewQuery {
    /// How many hours, the present one included: 1 to 168, 24 if absent.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 168)]
    hours: FieldValue,
}

impl OverviewQuery {
    fn read(self) -> Result<u32, Problem> {
        if self.hours.is_empty() {
            return Ok(USUAL_HOURS);
        }
        let mut errors = FieldErrors::default();
        let hours = errors.required_text("hours", self.hours, |text| {
            text.parse().ok().filter(|hours| (1..=MOST_HOURS).contains(hours)).ok_or(NO_HOURS)
        });
        hours.ok_or_else(|| errors.into())
    }
}

/// How far the logins at an app came within an hour.
#[derive(Serialize, ToSchema)]
#[schema(as = LoginsOfHour)]
struct LoginsOfHourBody {
    /// When the hour begins.
    hour: Moment,
    /// The app.
    app_id: String,
    /// Codes that were sent.
    codes: u64,
    /// Those that WeChat exchanged.
    exchanged: u64,
    /// Sessions that were opened.
    sessions: u64,
    /// Logins of registered users, and registrations.
    registered: u64,
}

impl From<LoginsOfHour> for LoginsOfHourBody {
    fn from(LoginsOfHour { hour, app_id, logins }: LoginsOfHour) -> Self {
        Self {
            hour: Moment(hour.start()),
            app_id: app_id.to_string(),
            codes: logins.codes,
            exchanged: logins.exchanged,
            sessions: logins.sessions,
            registered: logins.registered,
        }
    }
}

/// How often something failed.
#[derive(Serialize, ToSchema)]
#[schema(as = FailureCount)]
struct FailureCountBody {
    /// The failure, as in a problem's `code`.
    code: String,
    /// The app; absent where the request named none that is configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    app_id: Option<String>,
    /// How often.
    count: u64,
    /// What to do about it.
    advice: String,
    /// The same in Chinese.
    advice_zh: String,
}

impl From<FailureCount> for FailureCountBody {
    fn from(FailureCount { code, app_id, count }: FailureCount) -> Self {
        let [advice, advice_zh] = advice_on(&code);
        let app_id = app_id.map(|id| id.to_string());
        Self { code: code.to_string(), app_id, count, advice, advice_zh }
    }
}

/// How many sessions were live.
#[derive(Serialize, ToSchema)]
#[schema(as = LiveSessions)]
struct LiveSessionsBody {
    /// How many.
    count: u64,
    /// When they were counted.
    counted_at: Moment,
}

impl From<LiveSessions> for LiveSessionsBody {
    fn from(LiveSessions { count, counted_at }: LiveSessions) -> Self {
        Self { count, counted_at: Moment(counted_at) }
    }
}

/// An endpoint of WeChat's API.
#[derive(Serialize, ToSchema)]
#[schema(as = Endpoint)]
struct EndpointBody {
    /// Its name, as in metrics and logs.
    endpoint: &'static str,
    /// The state of its circuit breaker: `closed` (calls are let through), `half_open` (one is, as a probe) or `open`
    /// (none is, for a while).
    breaker: &'static str,
}

impl From<EndpointHealth> for EndpointBody {
    fn from(EndpointHealth { endpoint, breaker }: EndpointHealth) -> Self {
        Self { endpoint, breaker: breaker.as_str() }
    }
}

/// Calls that are paused, because WeChat limits or refuses them.
#[derive(Serialize, ToSchema)]
#[schema(as = Pause)]
struct PauseBody {
    /// To which endpoint.
    endpoint: &'static str,
    /// Until when, unless WeChat answers a probe before.
    until: Moment,
    /// WeChat's errcode, where it refused; absent where its limit of calls per minute is reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    errcode: Option<i64>,
}

impl From<CallPause> for PauseBody {
    fn from(CallPause { endpoint, until, error }: CallPause) -> Self {
        let errcode = match error {
            CallError::Refused { errcode, .. } => Some(errcode),
            CallError::RateLimited { .. } | CallError::Unavailable(_) => None,
        };
        Self { endpoint, until: Moment(until), errcode }
    }
}

/// The access token that this instance holds.
#[derive(Serialize, ToSchema)]
#[schema(as = HeldAccessToken)]
struct HeldAccessTokenBody {
    /// Since when.
    obtained_at: Moment,
    /// When it ends.
    expires_at: Moment,
}

impl From<TokenAge> for HeldAccessTokenBody {
    fn from(TokenAge { obtained_at, expires_at }: TokenAge) -> Self {
        Self { obtained_at: Moment(obtained_at), expires_at: Moment(expires_at) }
    }
}

/// How often WeChat refused calls for one reason.
#[derive(Serialize, ToSchema)]
struct ErrcodeCount {
    /// The reason.
    errcode: i64,
    /// How often.
    count: u64,
}

/// An app at WeChat.
#[derive(Serialize, ToSchema)]
#[schema(as = AppAtWeChat)]
struct AppBody {
    /// Which app.
    app_id: String,
    /// Its calls that are paused.
    pauses: Vec<PauseBody>,
    /// Its access token; absent where this instance holds none.
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<HeldAccessTokenBody>,
    /// How often the token may still be refreshed by force today, in Beijing.
    forced_refreshes_left: u32,
    /// What WeChat refused in the hours of the overview, the most frequent first.
    errcodes: Vec<ErrcodeCount>,
}

impl From<AppOverview> for AppBody {
    fn from(app: AppOverview) -> Self {
        let errcodes = app.errcodes.into_iter().map(|(errcode, count)| ErrcodeCount { errcode, count });
        Self {
            app_id: app.app_id.to_string(),
            pauses: app.health.pauses.into_iter().map(PauseBody::from).collect(),
            access_token: app.health.access_token.map(HeldAccessTokenBody::from),
            forced_refreshes_left: app.forced_refreshes_left,
            errcodes: errcodes.collect(),
        }
    }
}

/// How WeChat is doing, as the instance that answers sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = WeChat)]
struct WeChatBody {
    /// The endpoints of its API.
    endpoints: Vec<EndpointBody>,
    /// Every app.
    apps: Vec<AppBody>,
}

/// What operators see first.
#[derive(Serialize, ToSchema)]
#[schema(as = Overview)]
struct OverviewBody {
    /// The logins of each hour and app where there were any, in the order of time.
    hours: Vec<LoginsOfHourBody>,
    /// What failed, the most frequent first.
    failures: Vec<FailureCountBody>,
    /// How many sessions are live; absent until they are counted for the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    live_sessions: Option<LiveSessionsBody>,
    /// How WeChat is doing.
    wechat: WeChatBody,
}

impl From<Overview> for OverviewBody {
    fn from(overview: Overview) -> Self {
        Self {
            hours: overview.hours.into_iter().map(LoginsOfHourBody::from).collect(),
            failures: overview.failures.into_iter().map(FailureCountBody::from).collect(),
            live_sessions: overview.live_sessions.map(LiveSessionsBody::from),
            wechat: WeChatBody {
                endpoints: overview.endpoints.into_iter().map(EndpointBody::from).collect(),
                apps: overview.apps.into_iter().map(AppBody::from).collect(),
            },
        }
    }
}

problems!(OverviewProblems: OPERATOR + InvalidField);

/// Show the overview
///
/// How far logins came hour by hour, what failed and what to do about it, and how WeChat is doing. Counts are those of
/// all instances, a second or two old.
#[utoipa::path(
    get, path = "/admin/v1/overview", tag = "overview", operation_id = "showOverview",
    params(OverviewQuery),
    security(("operator" = [])),
    responses((status = 200, description = "The overview", body = OverviewBody), OverviewProblems))]
async fn show(
    State(api): State<Arc<AdminApi>>,
    Looking(_): Looking,
    Query(query): Query<OverviewQuery>,
) -> Result<JsonResponse<OverviewBody>, Problem> {
    let overview = api.overview.execute(query.read()?).await?;
    Ok(JsonResponse(StatusCode::OK, overview.into()))
}
