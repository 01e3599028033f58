//! The paths, and who may ask.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use super::data::Resource;
use super::error::ApiError;
use super::filter::{self, Params, Selection};
use super::page::Page;
use super::{Options, faults, gzip, log, sort};

/// The server's one service: paths within, then the bearer, packing, faults and, outermost, the log.
pub(super) fn router(options: Arc<Options>, log: Arc<log::Log>) -> Router {
    let mut router = Router::new();
    for resource in Resource::ALL {
        let handler = move |State(options): State<Arc<Options>>, Query(params): Query<Params>| async move {
            search(resource, &params, &options)
        };
        router = router.route(resource.path(), get(handler));
    }
    let mut router = router
        .fallback(async |uri: Uri| ApiError::UnknownUrl(uri.path().to_owned()))
        .method_not_allowed_fallback(async || ApiError::WrongMethod)
        .layer(middleware::from_fn_with_state(Arc::clone(&options), authorize));
    if options.gzip {
        router = router.layer(middleware::from_fn(gzip::pack));
    }
    let injector = Arc::new(faults::Injector::new(options.faults.clone()));
    router
        .layer(middleware::from_fn_with_state(injector, faults::inject))
        .layer(middleware::from_fn_with_state(log, log::note))
        .with_state(options)
}

fn search(resource: Resource, params: &Params, options: &Options) -> Result<Response, ApiError> {
    let page = Page::parse(resource, params, options)?;
    let count = resource.rows().len();
    let selection = match resource {
        Resource::Issues => sort::issues(params, filter::issues(params, options.issues.unwrap_or(count))?)?,
        Resource::Components | Resource::Metrics => Selection::All(count),
    };
    let body = page.answer(resource, &selection, options);
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

async fn authorize(State(options): State<Arc<Options>>, request: Request, next: Next) -> Response {
    if bearer(request.headers()) != Some(&options.token) {
        ApiError::Unauthorized.into_response()
    } else if options.forbid {
        ApiError::Forbidden.into_response()
    } else {
        next.run(request).await
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
