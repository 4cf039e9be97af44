//! Tries a call until it succeeds, fails for good, or patience ends.
use crate::{DeliveryError, Patience};

/// Calls `attempt` until it succeeds, its error is permanent, or `patience` ends; sleeps between attempts. `random`
/// draws the jitter.
///
/// # Errors
/// The last error of `attempt`.
pub async fn persist<T, F>(
    patience: &Patience,
    random: fn() -> u64,
    mut attempt: impl FnMut() -> F,
) -> Result<T, DeliveryError>
where
    F: Future<Output = Result<T, DeliveryError>>,
{
    let mut failures = 0;
    loop {
        let error = match attempt().await {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        failures += 1;
        let Some(delay) = patience.next(failures, &error, random()) else {
            return Err(error);
        };
        tracing::debug!(%error, failures, ?delay, "a call to the network is tried again");
        tokio::time::sleep(delay).await;
    }
}

/// Draws from the operating system. Without a source of randomness the delays are the longest ones: jitter is a
/// courtesy, not a secret.
pub(crate) fn system_random() -> u64 {
    getrandom::u64().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    async fn attempts_until(result: fn(u32) -> Result<(), DeliveryError>) -> (u32, Result<(), DeliveryError>) {
        let made = Cell::new(0);
        let outcome = persist(
            &Patience::CALL,
            || u64::MAX,
            || {
                made.set(made.get() + 1);
                let result = result(made.get());
                async { result }
            },
        )
        .await;
        (made.get(), outcome)
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_recovers_succeeds() {
        let flaky = |made| if made < 4 { Err(DeliveryError::TimedOut) } else { Ok(()) };
        assert_eq!(attempts_until(flaky).await, (4, Ok(())));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_never_recovers_ends_with_its_error() {
        assert_eq!(attempts_until(|_| Err(DeliveryError::TimedOut)).await, (6, Err(DeliveryError::TimedOut)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_call_is_made_once() {
        let refused = || DeliveryError::Rejected("bad".into());
        assert_eq!(attempts_until(|_| Err(DeliveryError::Rejected("bad".into()))).await, (1, Err(refused())));
    }
}
