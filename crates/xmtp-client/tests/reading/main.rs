//! What a client keeps, finds again, streams and does by itself.
#![cfg(test)]

mod support;
mod workers;
