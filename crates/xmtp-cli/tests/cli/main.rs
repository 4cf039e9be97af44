//! The binary as a user and a script meet it: started, typed at, read from, stopped.
#![cfg(test)]

mod chat;
mod consent;
mod conversations;
mod debugging;
mod failures;
mod files;
mod groups;
mod inbox;
mod keys;
mod local_network;
mod look_ups;
mod reading;
mod saying;
mod secrets;
mod shells;
mod streams;
mod support;
#[cfg(unix)]
mod terminal;
mod verbs;
