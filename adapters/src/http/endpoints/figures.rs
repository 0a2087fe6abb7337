//! Figures: how much there is to do, how cases go, how many there are.

use axum::http::StatusCode;
use axum::response::Response;
use kanzlei::projections::TREND_MONTHS;
use kanzlei::{
    Code, InboxCounts, InboxFilter, Overview, Process, ServiceKey, Statistics, Timestamp, Trend,
    Workload,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::routes;

use super::services::known;
use crate::http::Problem;
use crate::http::access::Access;
use crate::http::answer::private;
use crate::http::extract::{Asked, Named};
use crate::http::register::Endpoints;
use crate::http::sign_in_layer::Caller;

pub(super) fn register(endpoints: Endpoints) -> Endpoints {
    endpoints
        .add(Access::Official, routes!(inbox_counts))
        .add(Access::Official, routes!(workload))
        .add(Access::Official, routes!(statistics))
        .add(Access::Overseer, routes!(overview))
        .add(Access::Overseer, routes!(trend))
        .add(Access::Overseer, routes!(process))
}

/// Which tasks are counted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Counted {
    /// Those in cases of this service.
    service: Option<Code>,
    /// Those in cases in this phase.
    phase: Option<Code>,
    /// The moment before which those were added that are counted as `older`.
    added_before: Option<Timestamp>,
}

/// How much is in the inbox
#[utoipa::path(
    get, path = "/inbox/counts", operation_id = "count-inbox", tag = "Tasks", params(Counted),
    responses((status = 200, body = InboxCounts, description = "How many tasks.")),
)]
async fn inbox_counts(caller: Caller, Asked(asked): Asked<Counted>) -> Result<Response, Problem> {
    let filter = InboxFilter {
        service: asked.service.map(|name| ServiceKey::of(name.as_str())),
        phase: asked.phase,
        added_before: asked.added_before,
        ..InboxFilter::default()
    };
    let counts = caller.session.inbox_counts(&filter);
    Ok(private(counts.await?))
}

/// Who does what
#[utoipa::path(
    get, path = "/workload", operation_id = "get-workload", tag = "Figures",
    responses((status = 200, body = Workload, description = "By official.")),
)]
async fn workload(caller: Caller) -> Result<Response, Problem> {
    Ok(private(caller.session.workload().await?))
}

/// What counts as quick.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Quick {
    /// Fewer days than this; 10, if it is left out.
    #[param(value_type = Option<u64>, maximum = 4_294_967_295_u64)]
    within_days: Option<u32>,
}

/// The figures of one's own authority
#[utoipa::path(
    get, path = "/statistics", operation_id = "get-statistics", tag = "Figures", params(Quick),
    responses((status = 200, body = Statistics, description = "Service by service.")),
)]
async fn statistics(caller: Caller, Asked(quick): Asked<Quick>) -> Result<Response, Problem> {
    let figures = caller.session.statistics(quick.within_days.unwrap_or(10));
    Ok(private(figures.await?))
}

/// Figures by service and authority
///
/// Small ones are left out for an overseer, and can't be computed from what is there.
#[utoipa::path(
    get, path = "/overview", operation_id = "get-overview", tag = "Figures",
    responses((status = 200, body = Overview, description = "The figures.")),
)]
async fn overview(caller: Caller) -> Result<Response, Problem> {
    Ok(private(caller.session.overview().await?))
}

/// Of what, and for how long.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Months {
    /// Of this service; of all together, if it is left out.
    service: Option<Code>,
    /// How many months; 12, if it is left out.
    #[param(minimum = 1, maximum = 36)]
    months: Option<usize>,
}

/// Cases by month
#[utoipa::path(
    get, path = "/trend", operation_id = "get-trend", tag = "Figures", params(Months),
    responses((status = 200, body = Trend, description = "The months, the oldest first.")),
)]
async fn trend(caller: Caller, Asked(asked): Asked<Months>) -> Result<Response, Problem> {
    let months = asked.months.unwrap_or(12.min(TREND_MONTHS));
    if !(1..=TREND_MONTHS).contains(&months) {
        let said = format!("ask for 1 to {TREND_MONTHS} months");
        return Err(
            Problem::new(StatusCode::BAD_REQUEST, "months-invalid", said)
                .with("max", TREND_MONTHS)
                .at("months"),
        );
    }
    let service = asked.service.map(|name| ServiceKey::of(name.as_str()));
    let trend = caller.session.trend(service, months);
    Ok(private(trend.await?))
}

/// Which ways the cases of a service take
#[utoipa::path(
    get, path = "/services/{service}/process", operation_id = "get-process", tag = "Figures",
    responses((status = 200, body = Process, description = "The ways, and how long they take.")),
)]
async fn process(caller: Caller, Named(name): Named<String>) -> Result<Response, Problem> {
    let catalogue = caller.session.kanzlei().catalogue();
    let key = known(&catalogue, &name)?;
    Ok(private(caller.session.process(key).await?))
}
