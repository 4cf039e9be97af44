//! Sends an application message.
use super::stage::Made;
use crate::{EngineError, Session, provider::Secrets};
use openmls::group::MlsGroup;

pub(super) fn make(session: &Session<'_>, mls: &mut MlsGroup, envelope: &[u8]) -> Result<Made, EngineError> {
    let message = mls
        .create_message(&session.provider.writing(Secrets::Ratchets), session.own.key(), envelope)
        .map_err(|error| EngineError::mls("sealing a message")(&error))?;
    let bytes = message.to_bytes().map_err(|error| EngineError::mls("encoding a message")(&error))?;
    Ok(Made::Message { bytes, post_commit: None })
}
