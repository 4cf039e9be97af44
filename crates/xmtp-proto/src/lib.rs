//! XMTP wire types, generated from the schemas in `proto/`.
//!
//! The module tree follows the protobuf packages: `xmtp.mls.api.v1` is [`xmtp::mls::api::v1`]. Package, message and
//! field names and numbers are those of the public network. Stubs for gRPC stand behind two features: `client` and
//! `server`.
//!
//! ```
//! use prost::Message;
//! use xmtp_proto::xmtp::identity::MlsCredential;
//!
//! let credential = MlsCredential { inbox_id: "ab".into() };
//! assert_eq!(credential.encode_to_vec(), [0x0a, 0x02, b'a', b'b']);
//! ```

#[allow(
    missing_docs,
    unreachable_pub,
    rustdoc::all,
    clippy::all,
    clippy::allow_attributes_without_reason,
    clippy::missing_errors_doc,
    clippy::too_many_lines,
    clippy::use_self,
    reason = "generated code: documented in the schemas it comes from"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/xmtp.rs"));
}

pub use generated::xmtp;
pub use prost;
