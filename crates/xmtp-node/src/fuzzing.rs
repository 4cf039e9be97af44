//! A door for the fuzz target to what a request must pass before it is kept.
//!
//! Compiled for cargo-fuzz, which sets the cfg `fuzzing`, and for the test below. It is no part of the API.
use crate::accept;
use prost::Message as _;
use xmtp_identity::{ContractAnswers, InboxState};
use xmtp_proto::xmtp::mls::api::v1::{
    GroupMessageInput, KeyPackageUpload, PublishCommitLogRequest, WelcomeMessageInput,
};

/// Takes `bytes` for a request of each kind in turn, and for the one field that others hold opaque.
///
/// # Panics
/// If a check panics: that is what fuzzing looks for.
pub fn accept(bytes: &[u8]) {
    let _ = GroupMessageInput::decode(bytes).map(accept::group_message);
    let _ = WelcomeMessageInput::decode(bytes).map(accept::welcome);
    let _ = PublishCommitLogRequest::decode(bytes).map(accept::commit_log_entry);
    let _ = KeyPackageUpload::decode(bytes).map(|upload| accept::key_package(Some(upload)));
    let _ = accept::key_package(Some(KeyPackageUpload { key_package_tls_serialized: bytes.to_vec().into() }));
    let Ok((update, questions)) = accept::unverified_update(bytes) else { return };
    let _ = accept::asked_of_chains(&questions);
    if let Ok(update) = accept::identity_update(update, &ContractAnswers::none()) {
        let _ = InboxState::fold([&update]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_bytes_make_a_check_panic(bytes: Vec<u8>) {
            accept(&bytes);
        }
    }
}
