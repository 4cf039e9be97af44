//! The files of one database: where they are, how they are written, and who may have them open.
use super::failure::of_system;
use crate::StorageError;
use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, ErrorKind, Read as _, Write as _},
    ops::Range,
    path::{Path, PathBuf},
};

/// How every SQLite file begins, an encrypted one with a plaintext header included (SQLite file format, §1.3).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// Where the header says how many bytes a page has.
const PAGE_AT: Range<usize> = 16..18;
/// Where the header says how many bytes at the end of each page are not SQLite's.
const RESERVED_AT: usize = 20;
/// What SQLCipher 4 reserves: 16 bytes of initialisation vector and 64 of HMAC-SHA512.
const RESERVED_BY_SQLCIPHER: u8 = 80;
/// The smallest index SQLite makes of a WAL (SQLite, WAL-mode file format, §2.2).
const WAL_INDEX_BYTES: usize = 32_768;

/// The files of one database.
#[derive(Clone, Debug)]
pub(super) struct Files {
    /// The database, without symbolic links, so that one database has one lock.
    pub(super) main: PathBuf,
    /// The salt beside it.
    pub(super) salt: PathBuf,
    /// A database that is being made and takes its name when it is whole.
    pub(super) unfinished: PathBuf,
    lock: PathBuf,
}

/// What the first bytes of a file say it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Form {
    Missing,
    Plain,
    /// With pages of so many bytes.
    Encrypted {
        page: u32,
    },
    Foreign,
}

/// Keeps other processes, and other stores of this one, from the database until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Files {
    /// Finds the files of the database at `path`; nothing needs to be there yet.
    pub(super) fn locate(path: &Path) -> Result<Self, StorageError> {
        let main = match fs::canonicalize(path) {
            Ok(main) => main,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                std::path::absolute(path).map_err(|e| of_system(path, e))?
            }
            Err(error) => return Err(of_system(path, error)),
        };
        let beside = |suffix| with_suffix(&main, suffix);
        let (salt, unfinished, lock) = (beside(".sqlcipher_salt"), beside(".unfinished"), beside(".lock"));
        Ok(Self { main, salt, unfinished, lock })
    }

    /// What SQLite keeps beside the database `main` while it is open.
    pub(super) fn sqlite_files(main: &Path) -> [PathBuf; 3] {
        ["-wal", "-shm", "-journal"].map(|suffix| with_suffix(main, suffix))
    }

    /// What is at the place of the database.
    pub(super) fn form(&self) -> Result<Form, StorageError> {
        let mut header = [0; RESERVED_AT + 1];
        let mut file = match File::open(&self.main) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Form::Missing),
            Err(error) => return Err(of_system(&self.main, error)),
        };
        match file.read_exact(&mut header) {
            Ok(()) if !header.starts_with(MAGIC) => Ok(Form::Foreign),
            Ok(()) if header.last() == Some(&RESERVED_BY_SQLCIPHER) => Ok(Form::Encrypted { page: page_of(&header) }),
            Ok(()) => Ok(Form::Plain),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(Form::Foreign),
            Err(error) => Err(of_system(&self.main, error)),
        }
    }

    /// Keeps everyone else out.
    pub(super) fn lock(&self) -> Result<Lock, StorageError> {
        let in_use = || StorageError::InUse { path: self.main.clone() };
        let file = owner_only().create(true).truncate(false).open(&self.lock).map_err(|e| of_system(&self.lock, e))?;
        // STORE.R7
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(in_use()),
            Err(TryLockError::Error(error)) => Err(of_system(&self.lock, error)),
        }
    }

    /// Reads the salt.
    pub(super) fn read_salt(&self) -> Result<[u8; 16], StorageError> {
        let text = match fs::read(&self.salt) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(StorageError::MissingSalt { path: self.salt.clone() });
            }
            Err(error) => return Err(of_system(&self.salt, error)),
        };
        let mut salt = [0; 16];
        match hex::decode_to_slice(text.trim_ascii(), &mut salt) {
            Ok(()) => Ok(salt),
            Err(_) => Err(StorageError::Damaged("salt file")),
        }
    }

    /// Writes the salt; it is on the disk when this returns.
    pub(super) fn write_salt(&self, salt: [u8; 16]) -> Result<(), StorageError> {
        let unfinished = with_suffix(&self.salt, ".unfinished");
        let write = || {
            let mut file = owner_only().create(true).truncate(true).open(&unfinished)?;
            file.write_all(hex::encode(salt).as_bytes())?;
            file.sync_all()?;
            fs::rename(&unfinished, &self.salt)?;
            sync_folder(&self.salt)
        };
        write().map_err(|error| of_system(&self.salt, error))
    }

    /// Makes an empty file for a new database.
    pub(super) fn create_unfinished(&self) -> Result<(), StorageError> {
        let made = owner_only().create_new(true).open(&self.unfinished);
        made.map(drop).map_err(|error| of_system(&self.unfinished, error))
    }

    /// What an error of opening is when the disk itself is asked: SQLite calls it an error of input and output if there
    /// is no room for its index of the WAL.
    pub(super) fn explain(&self, error: StorageError) -> StorageError {
        let write = || {
            let mut file = owner_only().create(true).truncate(true).open(&self.unfinished)?;
            file.write_all(&[0; WAL_INDEX_BYTES])
        };
        let is_full = matches!(write(), Err(error) if error.kind() == ErrorKind::StorageFull);
        match remove(&self.unfinished) {
            Ok(()) if is_full => StorageError::DiskFull,
            _ => error,
        }
    }

    /// Gives the finished database its name; it is on the disk under it when this returns.
    pub(super) fn publish(&self) -> Result<(), StorageError> {
        let publish = || {
            File::open(&self.unfinished)?.sync_all()?;
            fs::rename(&self.unfinished, &self.main)?;
            sync_folder(&self.main)
        };
        publish().map_err(|error| of_system(&self.main, error))
    }
}

/// Bytes of a page, as a header says it (SQLite file format, §1.3.2).
fn page_of(header: &[u8]) -> u32 {
    match header.get(PAGE_AT) {
        Some([0, 1]) => 65_536,
        Some([high, low]) => u32::from(u16::from_be_bytes([*high, *low])),
        _ => 0,
    }
}

/// Deletes `path` if it is there.
pub(super) fn remove(path: &Path) -> Result<(), StorageError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(of_system(path, error)),
        _ => Ok(()),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

/// Options that write and give new files to their owner alone.
fn owner_only() -> OpenOptions {
    let mut options = File::options();
    options.write(true);
    // STORE.R9
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Puts a new name in the folder of `path` on the disk.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        #[cfg(unix)]
        Some(folder) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
