//! Inboxes over a network in the same process: accounts, installations, recovery, and what groups make of it.
#![cfg(test)]

mod accounts;
mod contracts;
mod groups;
mod installations;
mod logs;
mod network;
mod requests;
