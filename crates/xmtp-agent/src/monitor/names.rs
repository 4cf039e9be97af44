//! The names under which the agent counts, for whatever recorder of the `metrics` facade is installed.
use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

/// Messages that came to their end, by `outcome`: `handled` or `failed`.
pub const MESSAGES: &str = "xmtp_agent_messages_total";
/// How long messages took, in seconds.
pub const RESPONSE_SECONDS: &str = "xmtp_agent_response_seconds";
/// Messages that took longer than the critical time.
pub const CRITICAL: &str = "xmtp_agent_critical_responses_total";
/// Messages that are being handled.
pub const IN_FLIGHT: &str = "xmtp_agent_in_flight";
/// Messages that wait for their turn.
pub const WAITING: &str = "xmtp_agent_waiting";
/// How much of one processor the process uses, in percent.
pub const CPU_PERCENT: &str = "xmtp_agent_cpu_percent";
/// The memory that the process has in use, in bytes.
pub const RESIDENT_BYTES: &str = "xmtp_agent_resident_bytes";

/// Tells the recorder what the names mean.
pub(super) fn describe() {
    describe_counter!(MESSAGES, "Messages that came to their end, by outcome.");
    describe_histogram!(RESPONSE_SECONDS, Unit::Seconds, "How long messages took.");
    describe_counter!(CRITICAL, "Messages that took longer than the critical time.");
    describe_gauge!(IN_FLIGHT, "Messages that are being handled.");
    describe_gauge!(WAITING, "Messages that wait for their turn.");
    describe_gauge!(CPU_PERCENT, "How much of one processor the process uses, in percent.");
    describe_gauge!(RESIDENT_BYTES, Unit::Bytes, "The memory that the process has in use.");
}
