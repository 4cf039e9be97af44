//! The v3 API, as released clients speak it: `xmtp.mls.api.v1.MlsApi` and `xmtp.identity.api.v1.IdentityApi`.
//!
//! One file per verb. Codes, limits and orders are those observed on the official node; where it answers with code
//! UNKNOWN so do we, because clients retry every code alike and tests of applications compare texts at most.

mod context;
mod identity;
mod mls;

pub(crate) use context::Context;
pub(crate) use identity::IdentityService;
pub(crate) use mls::MlsService;
