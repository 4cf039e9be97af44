//! Preferences of one user with several installations, over a network in the same process.
#![cfg(test)]
mod consent;
mod push_keys;
mod support;
