//! Installations that split off from their groups: how that is noticed, and the way back.
#![cfg(test)]
mod line;
mod noticed;
mod readd;
