//! Hostile members and hostile welcomes: real clients over a real node refuse what breaks a rule, and go on.
#![cfg(test)]

mod cast;
mod commits;
mod welcomes;
