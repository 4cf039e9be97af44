//! Work that is due from time to time while a client is live.
//!
//! Each worker is one line of the table in `table.rs`. It runs once when the client goes live, and then sleeps until what
//! it waits for: a point in time that its last run named, an event of the state machine, or its interval, if it has one.
//! In a client in which nothing happens none of them runs, but for a look at the commit logs where the network keeps such:
//! one step, without a request while all that happened is settled.
//!
//! | worker | runs | what it does |
//! |---|---|---|
//! | outbox | when something could not be sent | sends it, and finishes what a crash left |
//! | key package | when one is due | replaces this installation's key package, and forgets replaced ones |
//! | preferences | when one was changed here, or another installation appears | tells the user's other installations |
//! | commit log | every 5 min | compares what became of commits with the public logs, and tells those |
//! | expiry | when the next message expires | deletes messages that must be gone |
//! | leaving | when somebody asks, or this inbox becomes a super admin | removes those who have asked to leave |

mod commit_log;
mod expiry;
mod key_package;
mod leaving;
mod outbox;
mod table;
mod worker;

pub(crate) use outbox::Owed;
pub use worker::WorkerState;
pub(crate) use worker::{Due, Worker, Workers, start};
