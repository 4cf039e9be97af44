//! What browsers need beyond gRPC: answers to their question whether a page may call the node.
//!
//! Source of fact: the headers released browser clients send, observed; the header list of the official local stack.
use http::{HeaderName, Method};
use std::time::Duration;
use tower_http::cors::{Any, CorsLayer};

/// Headers a page may send.
const ALLOWED: [&str; 12] = [
    "content-type",
    "x-app-version",
    "x-grpc-web",
    "x-libxmtp-version",
    "keep-alive",
    "user-agent",
    "cache-control",
    "content-transfer-encoding",
    "x-accept-content-transfer-encoding",
    "x-accept-response-streaming",
    "x-user-agent",
    "grpc-timeout",
];
/// Headers a page may read: the outcome of a call that has no body.
const EXPOSED: [&str; 3] = ["grpc-status", "grpc-message", "grpc-status-details-bin"];
/// How long a browser may remember the answer: 20 days.
const MAX_AGE: Duration = Duration::from_secs(1_728_000);

/// Any page may call: there are no cookies or credentials that it could abuse.
pub(crate) fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::POST, Method::OPTIONS])
        .allow_headers(ALLOWED.map(HeaderName::from_static))
        .expose_headers(EXPOSED.map(HeaderName::from_static))
        .max_age(MAX_AGE)
}
