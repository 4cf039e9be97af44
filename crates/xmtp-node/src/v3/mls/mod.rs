//! `xmtp.mls.api.v1.MlsApi`: messages, welcomes, key packages, commit log.

mod commit_log;
mod key_packages;
mod newest;
mod query;
mod send;
mod service;
mod subscribe;
mod wire;

pub(crate) use service::MlsService;
