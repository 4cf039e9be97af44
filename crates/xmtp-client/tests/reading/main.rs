//! What a client keeps, finds again, streams and does by itself.
#![cfg(test)]

mod deletions;
mod duplicates;
mod enriched;
mod later;
mod load;
mod progress;
mod queries;
mod streams;
mod support;
mod workers;
