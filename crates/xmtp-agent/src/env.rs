//! What an agent is told by its environment: the `XMTP_*` variables.
//!
//! Names and meanings are those of the official SDK, with the traps taken out: a value that is wrong is an error and
//! never ignored, a key that is missing is an error and never a database in the clear, and the environment is part of
//! the database's name.
use crate::{
    env_file::EnvFile,
    keys::{XMTP_DB_ENCRYPTION_KEY, XMTP_WALLET_KEY},
};
use std::{
    env, fmt, fs, io,
    path::{Path, PathBuf},
};
use thiserror::Error;
use xmtp_client::{LocalWallet, Network, UnknownEnvironment};
use zeroize::Zeroizing;

/// The folder of the database.
pub const XMTP_DB_DIRECTORY: &str = "XMTP_DB_DIRECTORY";

/// What the environment says an agent is.
#[derive(Clone)]
pub struct AgentEnv {
    /// The network: `XMTP_ENV`, `dev` if absent, at `XMTP_API_URL` if given.
    pub network: Network,
    /// The wallet: `XMTP_WALLET_KEY`.
    pub wallet: LocalWallet,
    /// The key of the database: `XMTP_DB_ENCRYPTION_KEY`.
    pub database_key: Zeroizing<[u8; 32]>,
    /// The folder of the database, if not the usual one: `XMTP_DB_DIRECTORY`.
    pub database_folder: Option<PathBuf>,
}

/// The environment does not say what an agent needs. Messages name the variable and never show its value.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EnvError {
    /// A variable without which there is no agent.
    #[error("{0} is not set: run `xmtp keys new` to write it to .env, or set it in the environment")]
    Missing(&'static str),
    /// A variable is not Unicode text.
    #[error("{0} is not Unicode text: set it again")]
    NotText(String),
    /// `XMTP_WALLET_KEY` is no key.
    #[error(
        "XMTP_WALLET_KEY is not a wallet key of 0x and 64 hexadecimal characters: correct it, or remove it and run \
         `xmtp keys new` for a new identity"
    )]
    InvalidWalletKey,
    /// `XMTP_DB_ENCRYPTION_KEY` is no key.
    #[error(
        "XMTP_DB_ENCRYPTION_KEY is not a key of 64 hexadecimal characters: correct it; without the right one the \
         database cannot be opened again"
    )]
    InvalidDatabaseKey,
    /// `XMTP_ENV` names no environment.
    #[error(transparent)]
    UnknownEnvironment(#[from] UnknownEnvironment),
    /// The `.env` file is there and cannot be read.
    #[error("cannot read {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl AgentEnv {
    /// Reads the environment of the process, and the file `.env` of the working folder for what that lacks.
    ///
    /// # Errors
    /// [`EnvError`] says which variable is missing or wrong.
    pub fn load() -> Result<Self, EnvError> {
        Self::load_with_file(".env")
    }

    /// Reads the environment of the process, and a file for what that lacks. The file need not exist.
    ///
    /// # Errors
    /// [`EnvError`] says which variable is missing or wrong.
    pub fn load_with_file(path: impl AsRef<Path>) -> Result<Self, EnvError> {
        let file = read_file(path.as_ref())?;
        let mut not_text = None;
        let found = Self::from_variables(|name| match env::var(name) {
            Ok(value) if !value.is_empty() => Some(value),
            Err(env::VarError::NotUnicode(_)) => {
                not_text = Some(name.to_owned());
                None
            }
            _ => file.value(name).map(str::to_owned),
        });
        not_text.map_or(found, |name| Err(EnvError::NotText(name)))
    }

    /// Reads variables from anywhere. An empty value counts as absent.
    ///
    /// # Errors
    /// [`EnvError`] says which variable is missing or wrong.
    pub fn from_variables(mut variable: impl FnMut(&str) -> Option<String>) -> Result<Self, EnvError> {
        let mut given = |name: &str| variable(name).filter(|value| !value.is_empty());
        let (name, url) = (given("XMTP_ENV"), given("XMTP_API_URL"));
        let network = Network::from_env(|wanted| match wanted {
            "XMTP_ENV" => name.clone(),
            "XMTP_API_URL" => url.clone(),
            _ => None,
        })?;
        let wallet_key = given(XMTP_WALLET_KEY).map(Zeroizing::new).ok_or(EnvError::Missing(XMTP_WALLET_KEY))?;
        let database_key =
            given(XMTP_DB_ENCRYPTION_KEY).map(Zeroizing::new).ok_or(EnvError::Missing(XMTP_DB_ENCRYPTION_KEY))?;
        Ok(Self {
            network,
            wallet: LocalWallet::from_hex(wallet_key.trim()).map_err(|_| EnvError::InvalidWalletKey)?,
            database_key: parse_key(database_key.trim()).ok_or(EnvError::InvalidDatabaseKey)?,
            database_folder: given(XMTP_DB_DIRECTORY).map(PathBuf::from),
        })
    }
}

impl EnvFile {
    /// Reads a file; one that is not there has no variables.
    ///
    /// # Errors
    /// [`EnvError::File`] if it is there and cannot be read.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, EnvError> {
        read_file(path.as_ref())
    }
}

fn read_file(path: &Path) -> Result<EnvFile, EnvError> {
    match fs::read_to_string(path) {
        Ok(text) => {
            warn_if_others_can_read(path);
            Ok(EnvFile::parse(&Zeroizing::new(text)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(EnvFile::default()),
        Err(source) => Err(EnvError::File { path: path.to_owned(), source }),
    }
}

#[cfg(unix)]
fn warn_if_others_can_read(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    if fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0) {
        tracing::warn!(path = %path.display(), "other users can read this file of keys: chmod 600 it");
    }
}

#[cfg(not(unix))]
fn warn_if_others_can_read(_path: &Path) {}

fn parse_key(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), key.as_mut_slice()).ok()?;
    Some(key)
}

impl fmt::Debug for AgentEnv {
    /// Shows no key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentEnv")
            .field("network", &self.network)
            .field("database_folder", &self.database_folder)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xmtp_client::Environment;

    const WALLET: &str = "0x90b7388a7427358cb7fc7e9042805b1942eae47ee783e627a989719da35e76fb";
    const DATABASE: &str = "abababababababababababababababababababababababababababababababab";

    fn from(variables: &[(&str, &str)]) -> Result<AgentEnv, EnvError> {
        let all = [(XMTP_WALLET_KEY, WALLET), (XMTP_DB_ENCRYPTION_KEY, DATABASE)];
        let find = |wanted: &str, among: &[(&str, &str)]| {
            among.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned())
        };
        AgentEnv::from_variables(|name| find(name, variables).or_else(|| find(name, &all)))
    }

    #[test]
    fn without_a_name_the_network_is_dev() {
        let found = from(&[]).unwrap();
        assert_eq!(found.network, Environment::Dev.into());
        assert_eq!(*found.database_key, [0xab; 32]);
        assert_eq!(found.database_folder, None);
    }

    #[test]
    fn name_address_and_folder_are_taken_from_their_variables() {
        let variables =
            [("XMTP_ENV", "local"), ("XMTP_API_URL", "http://localhost:6010"), ("XMTP_DB_DIRECTORY", "/data")];
        let found = from(&variables).unwrap();
        assert_eq!(found.network, Network::at(Environment::Local, "http://localhost:6010"));
        assert_eq!(found.database_folder, Some(PathBuf::from("/data")));
    }

    #[test]
    fn a_missing_key_is_named_with_the_command_that_makes_it() {
        for name in [XMTP_WALLET_KEY, XMTP_DB_ENCRYPTION_KEY] {
            let error = from(&[(name, "")]).unwrap_err().to_string();
            assert!(error.starts_with(name) && error.contains("xmtp keys new"), "{error}");
        }
    }

    #[test]
    fn a_wrong_value_is_an_error_that_does_not_repeat_a_key() {
        for name in [XMTP_WALLET_KEY, XMTP_DB_ENCRYPTION_KEY] {
            for value in ["5ec12e7", &"5ec12e7".repeat(10), "xyz", &"00".repeat(33)] {
                let error = from(&[(name, value)]).unwrap_err().to_string();
                assert!(error.starts_with(name) && !error.contains(value), "{error}");
            }
        }
        assert!(matches!(from(&[("XMTP_ENV", "prod")]), Err(EnvError::UnknownEnvironment(_))));
    }

    #[test]
    fn both_keys_are_read_with_and_without_their_prefix() {
        let prefixed = format!("0x{DATABASE}");
        let found = from(&[(XMTP_WALLET_KEY, &WALLET[2..]), (XMTP_DB_ENCRYPTION_KEY, &prefixed)]).unwrap();
        assert_eq!(found.wallet.address(), from(&[]).unwrap().wallet.address());
        assert_eq!(*found.database_key, [0xab; 32]);
    }

    #[test]
    fn debug_shows_no_key() {
        let shown = format!("{:?}", from(&[]).unwrap());
        assert!(!shown.contains("90b7388a") && !shown.contains("abab") && !shown.contains("171"), "{shown}");
    }

    #[test]
    fn keys_that_were_written_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        let written = crate::keys::write_keys(&path, Environment::Local).unwrap();
        let file = EnvFile::parse(&fs::read_to_string(&path).unwrap());
        let found = AgentEnv::from_variables(|name| file.value(name).map(str::to_owned)).unwrap();
        assert_eq!((Some(found.wallet.address()), found.network.environment), (written.address, Environment::Local));
    }
}
