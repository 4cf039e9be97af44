//! Live readers: who waits for which topic, and how history and live meet without gap or double.
//!
//! The writer pushes each record, once durable and in the order of ids, to the subscribers of its topic. A subscriber
//! has a bounded queue; a topic whose record finds no room is marked *behind* and gets nothing pushed until its reader
//! has caught up from the log. A new subscription is simply behind in all its topics, so history and overflow are one
//! mechanism, and a slow reader costs memory within bounds and never its stream: released clients wait 10 to 60
//! seconds before they open a stream again.
//!
//! ```text
//!            subscribe                  page ends the topic
//!  (new) ────────────▶ behind ─────────────────────────────▶ live
//!                        ▲          queue full, or a            │
//!                        └──────── transaction uncertain ───────┘
//! ```

mod live;
mod subscriber;
mod subscription;

#[cfg(test)]
mod tests;

pub(crate) use live::{Fanout, Live};
pub(crate) use subscription::Subscription;
