//! Groups of 2, 50 and 250 members, over memory and over SQLCipher.
mod measured;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use tempfile::TempDir;
use xmtp_layers::mls::operations_over;
use xmtp_storage::{DatabaseKey, MemoryStore, SqliteStore, Store};

const SIZES: [usize; 3] = [2, 50, 250];

fn main() -> anyhow::Result<()> {
    let mut criterion = measured::criterion();
    let memory = |_: &str| Ok(Arc::new(MemoryStore::new()) as Arc<dyn Store>);
    measured::measure(&mut criterion, operations_over("mls", &SIZES, &memory)?)?;
    let (folder, made) = (TempDir::new()?, AtomicU64::new(0));
    let sqlite = |name: &str| {
        let file = folder.path().join(format!("{name}{}.db3", made.fetch_add(1, Ordering::Relaxed)));
        Ok(Arc::new(SqliteStore::open(&file, Some(&DatabaseKey::from_bytes([7; 32])))?) as Arc<dyn Store>)
    };
    measured::measure(&mut criterion, operations_over("mls over SQLCipher", &SIZES, &sqlite)?)?;
    criterion.final_summary();
    Ok(())
}
