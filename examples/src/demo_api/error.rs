//! Refusals, in the form and the words of `SonarQube`.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// What is wrong with a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ApiError {
    Unauthorized,
    Forbidden,
    UnknownUrl(String),
    WrongMethod,
    BadRequest(String),
    /// A fault: nothing is wrong with the request.
    Injected(StatusCode),
}

impl ApiError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::UnknownUrl(_) => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Injected(status) => *status,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Unauthorized => "Authentication is required".to_owned(),
            Self::Forbidden => "Insufficient privileges".to_owned(),
            Self::UnknownUrl(path) => format!("Unknown url : {path}"),
            Self::WrongMethod => "HTTP method GET is required".to_owned(),
            Self::BadRequest(message) => message.clone(),
            Self::Injected(status) => match status.canonical_reason() {
                Some(reason) => format!("Injected fault: {reason}"),
                None => "Injected fault".to_owned(),
            },
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = json!({ "errors": [{ "msg": self.message() }] }).to_string();
        (self.status(), [(header::CONTENT_TYPE, "application/json")], body).into_response()
    }
}
