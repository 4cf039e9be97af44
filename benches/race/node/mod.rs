//! The node of a race: [`handle`] starts it, [`mod@serve`] is its process, [`relay`] stands before it where requests are
//! counted or delayed, and [`frames`] counts them.
mod frames;
mod handle;
mod relay;
mod serve;

pub(crate) use handle::{NodeHandle, Way};
pub(crate) use serve::{NodeOptions, serve};
