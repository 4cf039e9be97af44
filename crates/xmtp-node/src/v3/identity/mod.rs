//! `xmtp.identity.api.v1.IdentityApi`: identity updates, and which inbox an identifier belongs to.

mod ask_chains;
mod contract_signatures;
mod inboxes;
mod look_up;
mod publish;
mod service;
mod updates;

pub(crate) use service::IdentityService;
