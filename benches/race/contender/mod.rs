//! Who takes part: [`process`] starts a contender and asks it; [`ours`] is our contender's process, with [`request`] for
//! what it is asked, [`user`] for what that means in calls, [`sends`] for sending at a rate and [`heard`] for listening.
//! The official contender's process is `official/driver.mjs`, which is asked the same.
mod heard;
mod ours;
mod process;
mod request;
mod sends;
mod user;

pub(crate) use ours::{ContenderOptions, serve};
pub(crate) use process::{Answer, Contender, Entrant};
