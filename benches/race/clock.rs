//! The two clocks of a measurement, as nanoseconds.
//!
//! The monotonic clock is the machine's, so that what one process reads can be set against what another one reads.
use rustix::time::{ClockId, Timespec, clock_gettime};

/// The machine's monotonic clock.
pub(crate) fn wall() -> u64 {
    nanoseconds(clock_gettime(ClockId::Monotonic))
}

/// Processor time of this process, in all its threads, its own and the kernel's for it.
pub(crate) fn cpu() -> u64 {
    nanoseconds(clock_gettime(ClockId::ProcessCPUTime))
}

fn nanoseconds(time: Timespec) -> u64 {
    let whole = u64::try_from(time.tv_sec).unwrap_or_default().saturating_mul(1_000_000_000);
    whole.saturating_add(u64::try_from(time.tv_nsec).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_nanoseconds_make_one_number() {
        assert_eq!(nanoseconds(Timespec { tv_sec: 3, tv_nsec: 7 }), 3_000_000_007);
        assert!(wall() <= wall());
    }
}
