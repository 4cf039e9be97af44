//! How the agent and its process are doing.
use std::{fmt, time::Duration};
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System, get_current_pid};

/// How the agent and its process are doing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct HealthReport {
    /// How much of one processor the process has used since the last report, in percent: of several processors it may be
    /// more than 100. Zero in the first report.
    pub cpu_percent: f32,
    /// The memory that the process has in use, in bytes (resident set size).
    pub resident_bytes: u64,
    /// Messages that are being handled.
    pub in_flight: usize,
    /// Messages that have been read and wait for their turn.
    pub waiting: usize,
    /// Messages that came to their end since the last report.
    pub handled: u64,
    /// How long the slowest of them took.
    pub slowest: Duration,
    /// How much later than it should have been the report is made: long if handlers block the runtime.
    pub delay: Duration,
}

impl fmt::Display for HealthReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mebibytes = self.resident_bytes / (1 << 20);
        write!(f, "{:.1}% processor, {mebibytes} MiB, ", self.cpu_percent)?;
        write!(f, "{} in flight, {} waiting, {} handled, ", self.in_flight, self.waiting, self.handled)?;
        write!(f, "slowest {:?}, runtime late by {:?}", self.slowest, self.delay)
    }
}

/// What the system knows of this process.
#[derive(Debug)]
pub(super) struct Process {
    /// None on systems that do not say.
    known: Option<(System, Pid)>,
}

impl Process {
    pub(super) fn this() -> Self {
        Self { known: System::new().ok().zip(get_current_pid().ok()) }
    }

    /// Processor use since the last call in percent, and memory in use in bytes.
    pub(super) fn sample(&mut self) -> (f32, u64) {
        let Some((system, id)) = &mut self.known else { return (0.0, 0) };
        let wanted = ProcessRefreshKind::nothing().with_cpu().with_memory();
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[*id]), false, wanted);
        system.process(*id).map_or((0.0, 0), |process| (process.cpu_usage(), process.memory()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_of_this_process_is_known() {
        let mut process = Process::this();
        let (processor, memory) = process.sample();
        assert!(processor >= 0.0 && memory > 1 << 20, "{processor} {memory}");
    }
}
