//! The binary as a user and a script meet it: started, typed at, read from, stopped.
#![cfg(test)]

mod chat;
mod failures;
mod inbox;
mod keys;
mod local_network;
mod secrets;
mod support;
mod verbs;
