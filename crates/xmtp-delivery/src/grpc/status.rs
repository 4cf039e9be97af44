//! What a gRPC status means to a client.
//!
//! A status that the network sent stands alone; one that our side of the connection made has a source. Only the
//! latter can be a failure to connect.
use crate::DeliveryError;
use std::{error::Error, iter, time::Duration};
use tonic::{Code, ConnectError, Status, TimeoutExpired};

/// The error that `status` is, from a call to `address`.
pub(super) fn translate(address: &str, status: &Status) -> DeliveryError {
    let text = status.message().to_owned();
    if let Some(error) = find::<ConnectError>(status) {
        return DeliveryError::Unreachable {
            address: address.into(),
            cause: last_cause(error),
            advice: advice(address),
        };
    }
    if find::<TimeoutExpired>(status).is_some() {
        return DeliveryError::TimedOut;
    }
    if status.source().is_some() {
        return DeliveryError::Interrupted(text);
    }
    match status.code() {
        Code::DeadlineExceeded => DeliveryError::TimedOut,
        Code::Unavailable if text.ends_with(TOO_MANY_REQUESTS) => limited(text, status),
        Code::Unavailable | Code::Aborted | Code::Cancelled => DeliveryError::Unavailable(text),
        Code::ResourceExhausted => limited(text, status),
        Code::InvalidArgument | Code::NotFound | Code::AlreadyExists | Code::FailedPrecondition | Code::OutOfRange => {
            DeliveryError::Rejected(text)
        }
        Code::PermissionDenied | Code::Unauthenticated => DeliveryError::Denied(text),
        Code::Unimplemented => DeliveryError::Unsupported(text),
        Code::Ok | Code::Unknown | Code::Internal | Code::DataLoss => DeliveryError::Failed(text),
    }
}

/// How tonic ends the text of a status that a proxy answered without gRPC, with HTTP's "too many requests".
const TOO_MANY_REQUESTS: &str = "HTTP status code 429";

fn limited(reason: String, status: &Status) -> DeliveryError {
    DeliveryError::RateLimited { reason, retry_after: retry_after(status) }
}

/// How long the network asked to be left alone: in seconds by HTTP's header, in milliseconds by gRPC's.
fn retry_after(status: &Status) -> Option<Duration> {
    let number = |name| status.metadata().get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
    number("retry-after")
        .map(Duration::from_secs)
        .or_else(|| number("grpc-retry-pushback-ms").map(Duration::from_millis))
}

fn find<E: Error + 'static>(status: &Status) -> Option<&E> {
    causes(status).find_map(|cause| cause.downcast_ref())
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(Some(error), |error| (**error).source())
}

/// The innermost cause says most: "connection refused" rather than "transport error".
fn last_cause(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

fn advice(address: &str) -> &'static str {
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    if ["localhost", "127.0.0.1", "[::1]"].iter().any(|local| host.starts_with(local)) {
        "start a local network with `xmtp up`"
    } else {
        "check the address and the connection to the internet"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_network_is_told_apart_as_worth_another_attempt_or_not() {
        let retryable = [
            Code::DeadlineExceeded,
            Code::Unavailable,
            Code::Aborted,
            Code::Cancelled,
            Code::ResourceExhausted,
            Code::Unknown,
            Code::Internal,
            Code::DataLoss,
        ];
        for number in 1..=16 {
            let code = Code::from_i32(number);
            let error = translate("http://localhost:5556", &Status::new(code, "why"));
            assert_eq!(error.is_retryable(), retryable.contains(&code), "{code:?}: {error}");
        }
    }

    #[test]
    fn the_wait_that_a_network_asks_for_is_read() {
        for (name, value, wait) in [
            ("retry-after", "7", Some(Duration::from_secs(7))),
            ("grpc-retry-pushback-ms", "1500", Some(Duration::from_millis(1500))),
            ("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT", None),
        ] {
            let mut status = Status::resource_exhausted("slow down");
            status.metadata_mut().insert(name, value.parse().unwrap());
            assert!(
                matches!(translate("", &status), DeliveryError::RateLimited { retry_after, .. } if retry_after == wait)
            );
        }
    }

    #[test]
    fn a_rate_limit_is_told_from_other_failures() {
        let status = Status::resource_exhausted("1 exceeds rate limit R1.2.3.4PUB");
        assert!(matches!(translate("", &status), DeliveryError::RateLimited { retry_after: None, .. }));
        let proxied = Status::unavailable("grpc-status header missing, mapped from HTTP status code 429");
        assert!(matches!(translate("", &proxied), DeliveryError::RateLimited { .. }));
    }
}
