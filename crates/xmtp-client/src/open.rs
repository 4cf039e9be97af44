//! Opening the database of a client, and the installation in it.
use crate::ClientError;
use std::{fs::DirBuilder, io, path::Path, sync::Arc, time::Duration};
use xmtp_crypto::InstallationKey;
use xmtp_mls::{EngineError, Installation};
use xmtp_storage::{DatabaseKey, Durability, Namespace, SqliteStore, StorageError, Store, StoreTx};
use xmtp_types::InboxId;

/// How often and how long a database in use is waited for: half a second in all.
const OPEN_ATTEMPTS: usize = 10;
const OPEN_PAUSE: Duration = Duration::from_millis(50);

/// Where the name of the network is kept.
const NETWORK: &[u8] = b"xmtp-client/network";

/// Opens the store, if none was given, and the installation in it. A new store gets a new installation, kept before the
/// network hears of it.
pub(crate) fn open(
    given: Option<Arc<dyn Store>>,
    path: &Path,
    key: Option<&DatabaseKey>,
    inbox: InboxId,
    environment: &str,
) -> Result<(Arc<dyn Store>, Installation), ClientError> {
    let store: Arc<dyn Store> = match given {
        Some(store) => store,
        None => {
            if let Some(folder) = path.parent() {
                create(folder).map_err(|source| StorageError::Io { path: folder.to_owned(), source })?;
            }
            Arc::new(open_when_free(path, key)?)
        }
    };
    // By the connection that writes: it is there in any case. What is made here is on the disk with the step that makes
    // the first key package, before the network hears of it.
    let mut tx = store.begin(Durability::Relaxed)?;
    let own = match Installation::load(&mut *tx)? {
        Some(own) if own.inbox() != inbox => return Err(ClientError::OtherInbox),
        Some(own) => own,
        None => {
            let own = Installation::new(inbox, InstallationKey::generate().map_err(EngineError::from)?);
            own.save(&mut *tx)?;
            own
        }
    };
    belong_to(&mut *tx, environment)?;
    tx.commit()?;
    Ok((store, own))
}

/// Makes a folder that its owner alone can open. One that is there stays as it is.
fn create(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Checks that a database was made for this network. One of before networks were written down is taken to be.
fn belong_to(tx: &mut dyn StoreTx, environment: &str) -> Result<(), ClientError> {
    match tx.value(Namespace::Application, NETWORK)? {
        Some(kept) if *kept != environment.as_bytes() => Err(ClientError::OtherNetwork {
            kept: String::from_utf8_lossy(&kept).into_owned(),
            asked: environment.to_owned(),
        }),
        Some(_) => Ok(()),
        None => Ok(tx.put_value(Namespace::Application, NETWORK, environment.as_bytes())?),
    }
}

/// Opens a database. A client that was dropped a moment ago may still be finishing its last step on it.
fn open_when_free(path: &Path, key: Option<&DatabaseKey>) -> Result<SqliteStore, StorageError> {
    for _ in 0..OPEN_ATTEMPTS {
        match SqliteStore::open(path, key) {
            Err(StorageError::InUse { .. }) => std::thread::sleep(OPEN_PAUSE),
            other => return other,
        }
    }
    SqliteStore::open(path, key)
}
