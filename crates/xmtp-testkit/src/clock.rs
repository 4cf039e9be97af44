//! A clock that runs with the system's and can be moved forward.
pub use xmtp_client::MovableClock as TestClock;
