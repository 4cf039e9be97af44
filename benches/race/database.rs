//! How large an SQLite database is while a client has it open.
//!
//! Its file lags behind: what was written last stands in the write-ahead log, whose own size says nothing, since it is
//! used again from its start. But each transaction in it notes how many pages the database has after it, in plain text
//! also where pages are encrypted. Source of fact: SQLite's file format, section 4.1.
use std::{fs, path::Path};

use anyhow::{Context, Result};

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// Bytes of all databases in a folder, with what is still in their logs.
///
/// # Errors
/// If a file cannot be read.
pub(crate) fn size_of_databases(folder: &Path) -> Result<u64> {
    let mut size = 0;
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "db3") {
            let log = fs::read(path.with_extension("db3-wal")).unwrap_or_default();
            size += match size_by_log(&log) {
                Some(size) => size,
                None => fs::metadata(&path)?.len(),
            };
        }
    }
    Ok(size)
}

/// The size that the last transaction in a log gave its database; nothing if there is none.
fn size_by_log(log: &[u8]) -> Option<u64> {
    let page = usize::try_from(number(log, 8)?).ok().filter(|page| *page >= 512)?;
    let salts = log.get(16..24)?;
    let frames = log.get(HEADER..)?.chunks_exact(FRAME_HEADER + page);
    // Frames of an earlier use of the log stand behind those of this one, with other salts.
    let pages = frames
        .take_while(|frame| frame.get(8..16) == Some(salts))
        .filter_map(|frame| number(frame, 4).filter(|pages| *pages > 0))
        .last()?;
    Some(u64::from(pages) * page as u64)
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: usize = 512;

    fn header(salt: u8) -> Vec<u8> {
        [vec![0; 8], vec![0, 0, 2, 0], vec![0; 4], vec![salt; 8], vec![0; 8]].concat()
    }

    fn frame(pages_after: u8, salt: u8) -> Vec<u8> {
        [vec![0, 0, 0, 1], vec![0, 0, 0, pages_after], vec![salt; 8], vec![0; 8], vec![0xee; PAGE]].concat()
    }

    #[test]
    fn the_last_transaction_of_this_use_of_the_log_decides() {
        let log = [header(7), frame(0, 7), frame(9, 7), frame(0, 7), frame(200, 6)].concat();
        assert_eq!(size_by_log(&log), Some(9 * PAGE as u64));
    }

    #[test]
    fn a_log_without_a_transaction_says_nothing() {
        assert_eq!(size_by_log(&[]), None);
        assert_eq!(size_by_log(&header(7)), None);
        assert_eq!(size_by_log(&[header(7), frame(0, 7)].concat()), None);
    }

    #[test]
    fn a_closed_database_is_as_large_as_its_file() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.db3"), [0; 100]).unwrap();
        fs::write(folder.path().join("a.db3.salt"), [0; 16]).unwrap();
        assert_eq!(size_of_databases(folder.path()).unwrap(), 100);
    }
}
