//! Whether installations can be added to groups, and for how long.
use xmtp_identity::MemberIdentifier;
use xmtp_mls::{VerifiedKeyPackage, key_package::KeyPackageError};
use xmtp_types::{InboxId, InstallationId, Timestamp};

/// What the network has to let others add an installation.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum KeyPackageStatus {
    /// A key package that can be used.
    Usable {
        /// From when.
        valid_from: Timestamp,
        /// Until when. Its owner replaces it long before.
        expires_at: Timestamp,
    },
    /// A key package of another installation or inbox than the one asked about.
    Foreign,
    /// A key package that cannot be used.
    Invalid(KeyPackageError),
    /// None: the installation was never registered, or its network was started over.
    Absent,
}

/// One installation of an inbox.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct InstallationInfo {
    /// Its id.
    pub id: InstallationId,
    /// When it was added, by the clock of whoever added it.
    pub added_at: Option<Timestamp>,
    /// Who added it.
    pub added_by: Option<MemberIdentifier>,
    /// Whether it can be added to groups, and until when.
    pub key_package: KeyPackageStatus,
}

impl KeyPackageStatus {
    /// Judges what the network answered for `installation`, and that it speaks for `inbox` if that is known.
    pub(super) fn of(installation: &InstallationId, inbox: Option<InboxId>, bytes: Option<Vec<u8>>) -> Self {
        let Some(bytes) = bytes else { return Self::Absent };
        match xmtp_mls::key_package::verify(&bytes) {
            Ok(package) if is_of(&package, installation, inbox) => {
                Self::Usable { valid_from: package.valid_from(), expires_at: package.expires_at() }
            }
            Ok(_) => Self::Foreign,
            Err(error) => Self::Invalid(error),
        }
    }

    /// Whether the installation can be added to groups now.
    pub const fn is_usable(&self) -> bool {
        matches!(self, Self::Usable { .. })
    }
}

fn is_of(package: &VerifiedKeyPackage, installation: &InstallationId, inbox: Option<InboxId>) -> bool {
    package.installation() == *installation && inbox.is_none_or(|inbox| package.inbox() == inbox)
}
