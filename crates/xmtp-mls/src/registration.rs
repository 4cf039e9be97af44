//! Steps of this installation alone: its key packages and its registration.
use crate::{
    EngineError, Installation, Session,
    key_package::{self, KeyPackageId},
};
use xmtp_types::Timestamp;

impl<'s> Session<'s> {
    /// The installation this state machine is of.
    pub const fn installation(&self) -> &'s Installation {
        self.own
    }

    /// Makes a key package and keeps its private keys; to be uploaded, and then noted with
    /// [`Session::key_package_uploaded`].
    ///
    /// # Errors
    /// [`EngineError`] if it cannot be made or kept.
    pub fn new_key_package(&mut self) -> Result<(KeyPackageId, Vec<u8>), EngineError> {
        let package = key_package::build(&self.provider, self.own.key(), &self.own.inbox(), self.now)?;
        Ok((package.id, package.bytes))
    }

    /// A key package to be uploaded, if one is due: on schedule, or because the last one was used. Forgets those that
    /// were replaced long ago.
    ///
    /// # Errors
    /// [`EngineError`] if it cannot be made or kept.
    pub fn due_key_package(&mut self) -> Result<Option<(KeyPackageId, Vec<u8>)>, EngineError> {
        key_package::prune(&self.provider, self.now)?;
        if key_package::is_due(self.provider.kv(), self.now)? { self.new_key_package().map(Some) } else { Ok(None) }
    }

    /// When something is to be done about key packages next: another one is due, or replaced ones are to be forgotten.
    ///
    /// # Errors
    /// [`EngineError::Storage`] if the store cannot be read.
    pub fn next_key_package_work(&self) -> Result<Timestamp, EngineError> {
        key_package::next_work(self.provider.kv(), self.now)
    }

    /// Notes that the network has taken a key package, and forgets those that were replaced long ago.
    ///
    /// # Errors
    /// [`EngineError::Storage`] if the store cannot be written.
    pub fn key_package_uploaded(&mut self, id: &KeyPackageId) -> Result<(), EngineError> {
        key_package::uploaded(self.provider.kv(), id, self.now)?;
        key_package::prune(&self.provider, self.now)?;
        Ok(())
    }

    /// Notes that the network has associated this installation with its inbox.
    ///
    /// # Errors
    /// [`EngineError::Storage`] if the store cannot be written.
    pub fn set_registered(&mut self) -> Result<(), EngineError> {
        self.own.as_registered().save(&mut **self.tx())
    }
}
