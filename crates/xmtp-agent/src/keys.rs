//! Fresh keys for an agent, written where [`crate::Agent::from_env`] finds them.
//!
//! A key is never overwritten: losing one means losing the identity or the messages it opens. The file is replaced in
//! one step and readable by its owner alone.
use crate::env_file::{EnvFile, assignment};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};
use thiserror::Error;
use xmtp_client::{Environment, Identifier, LocalWallet};
use zeroize::Zeroizing;

/// Which network: `local`, `dev` or `production`.
pub const XMTP_ENV: &str = "XMTP_ENV";
/// The secret key of the agent's wallet: 32 bytes in hexadecimal, with `0x` in front.
pub const XMTP_WALLET_KEY: &str = "XMTP_WALLET_KEY";
/// The key of the agent's database: 32 bytes in hexadecimal.
pub const XMTP_DB_ENCRYPTION_KEY: &str = "XMTP_DB_ENCRYPTION_KEY";

/// What [`write_keys`] has done.
#[derive(Clone, Debug)]
pub struct WrittenKeys {
    /// The file.
    pub path: PathBuf,
    /// The account whose key the file holds now; `None` if the key that was kept is not a valid one.
    pub address: Option<Identifier>,
    /// Variables that were missing and are set now.
    pub written: Vec<&'static str>,
    /// Variables that were set and are as they were.
    pub kept: Vec<&'static str>,
}

/// Keys could not be written. The file is as it was.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeysError {
    /// The file is there and cannot be read.
    #[error("cannot read {path}: {source}; nothing was written")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("cannot write {path}: {source}; the file is as it was")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another command writes the same file, or one was killed while it did.
    #[error("{path} exists: another command is writing keys; if none is, delete that file and try again")]
    InProgress {
        /// The file that stands in the way.
        path: PathBuf,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes; nothing was written")]
    NoRandomness,
}

/// Writes `XMTP_ENV`, `XMTP_WALLET_KEY` and `XMTP_DB_ENCRYPTION_KEY` to `path`, each unless the file has it.
///
/// All else in the file stays as it is. The file ends up readable by its owner alone (mode 0600).
///
/// # Errors
/// [`KeysError`]; the file is then untouched.
pub fn write_keys(path: impl AsRef<Path>, environment: Environment) -> Result<WrittenKeys, KeysError> {
    // Through a symbolic link: what it points to is replaced, not the link.
    let path = fs::canonicalize(path.as_ref()).unwrap_or_else(|_| path.as_ref().to_owned());
    let pending = Pending::open(&path)?;
    let old = read(&path)?;
    let had = EnvFile::parse(&old);

    let wallet = LocalWallet::generate().map_err(|_| KeysError::NoRandomness)?;
    let fresh = [
        (XMTP_ENV, Zeroizing::new(environment.name().to_owned())),
        (XMTP_WALLET_KEY, Zeroizing::new(format!("0x{}", wallet.to_hex().as_str()))),
        (XMTP_DB_ENCRYPTION_KEY, random_key()?),
    ];
    let (kept, missing): (Vec<_>, Vec<_>) = fresh.into_iter().partition(|(name, _)| had.value(name).is_some());
    let address = match had.value(XMTP_WALLET_KEY) {
        Some(key) => LocalWallet::from_hex(key).ok().map(|wallet| wallet.address()),
        None => Some(wallet.address()),
    };
    pending.replace(&path, &filled(&old, &missing))?;
    Ok(WrittenKeys {
        path,
        address,
        written: missing.into_iter().map(|(name, _)| name).collect(),
        kept: kept.into_iter().map(|(name, _)| name).collect(),
    })
}

fn read(path: &Path) -> Result<Zeroizing<String>, KeysError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Zeroizing::new(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Zeroizing::default()),
        Err(source) => Err(KeysError::Read { path: path.to_owned(), source }),
    }
}

fn random_key() -> Result<Zeroizing<String>, KeysError> {
    let mut key = Zeroizing::new([0; 32]);
    getrandom::fill(key.as_mut_slice()).map_err(|_| KeysError::NoRandomness)?;
    Ok(Zeroizing::new(hex::encode(key.as_slice())))
}

/// The text with every missing variable set: in its place if the text names it with no value, else at the end.
fn filled(old: &str, missing: &[(&'static str, Zeroizing<String>)]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(old.len() + 512));
    let mut open: Vec<_> = missing.iter().collect();
    let mut push = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    for line in old.lines() {
        let named = assignment(line).map(|(name, _)| name);
        match open.iter().position(|(name, _)| Some(*name) == named) {
            Some(at) => {
                let (name, value) = open.remove(at);
                push(&Zeroizing::new(format!("{name}={}", value.as_str())));
            }
            None => push(line),
        }
    }
    for (name, value) in open {
        push(&Zeroizing::new(format!("{name}={}", value.as_str())));
    }
    text
}

/// The file beside the real one that is written first. That it exists keeps others out; dropping it removes it.
struct Pending {
    path: PathBuf,
    file: File,
}

impl Pending {
    fn open(target: &Path) -> Result<Self, KeysError> {
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let path = target.with_file_name(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(file) => Ok(Self { path, file }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(KeysError::InProgress { path }),
            Err(source) => Err(KeysError::Write { path, source }),
        }
    }

    fn replace(mut self, target: &Path, text: &str) -> Result<(), KeysError> {
        let written = self
            .file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.sync_all())
            .and_then(|()| fs::rename(&self.path, target))
            .and_then(|()| sync_folder(target));
        written.map_err(|source| KeysError::Write { path: target.to_owned(), source })
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        let _already_renamed = fs::remove_file(&self.path);
    }
}

/// Makes the new name durable. Only Unix opens folders as files.
fn sync_folder(target: &Path) -> io::Result<()> {
    match target.parent() {
        Some(folder) if cfg!(unix) => {
            File::open(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?.sync_all()
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn write_in(folder: &Path) -> WrittenKeys {
        write_keys(folder.join(".env"), Environment::Local).unwrap()
    }

    fn lines(folder: &Path) -> Vec<String> {
        fs::read_to_string(folder.join(".env")).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_new_file_has_all_three_and_opens_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let report = write_in(folder.path());
        assert_eq!(report.written, [XMTP_ENV, XMTP_WALLET_KEY, XMTP_DB_ENCRYPTION_KEY]);
        assert!(report.kept.is_empty());

        let lines = lines(folder.path());
        assert_eq!(lines[0], "XMTP_ENV=local");
        let wallet = LocalWallet::from_hex(lines[1].strip_prefix("XMTP_WALLET_KEY=0x").unwrap()).unwrap();
        assert_eq!(Some(wallet.address()), report.address);
        assert_eq!(hex::decode(lines[2].strip_prefix("XMTP_DB_ENCRYPTION_KEY=").unwrap()).unwrap().len(), 32);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join(".env")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_second_run_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let first = write_in(folder.path());
        let before = lines(folder.path());
        let second = write_in(folder.path());
        assert_eq!(lines(folder.path()), before);
        assert!(second.written.is_empty());
        assert_eq!(second.address, first.address);
    }

    #[test]
    fn what_is_there_stays_and_empty_values_are_filled_in_place() {
        let folder = tempfile::tempdir().unwrap();
        let old = "# mine\nXMTP_WALLET_KEY=not even valid\nXMTP_DB_ENCRYPTION_KEY=\nOTHER=1";
        fs::write(folder.path().join(".env"), old).unwrap();
        let report = write_in(folder.path());
        assert_eq!((report.written, report.kept), (vec![XMTP_ENV, XMTP_DB_ENCRYPTION_KEY], vec![XMTP_WALLET_KEY]));
        assert_eq!(report.address, None);
        let lines = lines(folder.path());
        assert_eq!(lines[..2], ["# mine", "XMTP_WALLET_KEY=not even valid"]);
        assert_eq!(lines[2].len(), "XMTP_DB_ENCRYPTION_KEY=".len() + 64);
        assert_eq!(lines[3..], ["OTHER=1", "XMTP_ENV=local"]);
    }

    #[test]
    fn two_writers_never_replace_each_others_keys() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".env.new"), "").unwrap();
        let error = write_keys(folder.path().join(".env"), Environment::Dev).unwrap_err();
        assert!(matches!(error, KeysError::InProgress { .. }), "{error}");
        assert!(!folder.path().join(".env").exists());
        assert!(folder.path().join(".env.new").exists());
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_that_names_the_file() {
        let error = write_keys("/nowhere/at/all/.env", Environment::Dev).unwrap_err();
        assert!(error.to_string().starts_with("cannot write /nowhere/at/all/.env"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn behind_a_symbolic_link_the_file_is_written_and_the_link_stays() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().join("real");
        fs::write(&real, "OTHER=1\n").unwrap();
        std::os::unix::fs::symlink(&real, folder.path().join(".env")).unwrap();
        write_in(folder.path());
        assert!(fs::symlink_metadata(folder.path().join(".env")).unwrap().is_symlink());
        assert!(fs::read_to_string(real).unwrap().contains(XMTP_WALLET_KEY));
    }

    proptest! {
        #[test]
        fn no_value_of_any_file_is_ever_lost(lines in proptest::collection::vec(
            prop_oneof!["(XMTP_ENV|XMTP_WALLET_KEY|XMTP_DB_ENCRYPTION_KEY|A)=[a-z0-9]{0,6}", "[ -~]{0,12}"], 0..8
        )) {
            let old = lines.join("\n");
            let before = EnvFile::parse(&old);
            let missing: Vec<_> = [XMTP_ENV, XMTP_WALLET_KEY, XMTP_DB_ENCRYPTION_KEY]
                .into_iter()
                .filter(|name| before.value(name).is_none())
                .map(|name| (name, Zeroizing::new("fresh".to_owned())))
                .collect();
            let new = filled(&old, &missing);
            let after = EnvFile::parse(&new);
            for name in [XMTP_ENV, XMTP_WALLET_KEY, XMTP_DB_ENCRYPTION_KEY] {
                prop_assert_eq!(after.value(name), before.value(name).or(Some("fresh")));
            }
            prop_assert_eq!(after.value("A"), before.value("A"));
        }
    }
}
