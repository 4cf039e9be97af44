//! What an agent is told by its environment: the `XMTP_*` variables.
//!
//! Names and meanings are those of the official SDK, with the traps taken out: a value that is wrong is an error and
//! never ignored, a key that is missing is an error and never a database in the clear, and the environment is part of
//! the database's name.
use crate::{
    env_file::EnvFile,
    keys::{XMTP_DB_ENCRYPTION_KEY, XMTP_WALLET_KEY},
    logging::LogLevel,
};
use std::{
    env, fmt, fs, io,
    path::{Path, PathBuf},
};
use thiserror::Error;
use xmtp_client::{Environment, LocalWallet, Network, NewInstallation, UnknownEnvironment};
use zeroize::Zeroizing;

/// The folder of the database.
pub const XMTP_DB_DIRECTORY: &str = "XMTP_DB_DIRECTORY";
/// `1` lets an agent with a new database use up one more installation of its inbox.
pub const XMTP_NEW_INSTALLATION: &str = "XMTP_NEW_INSTALLATION";
/// How much is logged: `off`, `error`, `warn`, `info`, `debug` or `trace`.
pub const XMTP_FORCE_DEBUG_LEVEL: &str = "XMTP_FORCE_DEBUG_LEVEL";
/// A gateway of the decentralised network, which is not supported.
const XMTP_GATEWAY_HOST: &str = "XMTP_GATEWAY_HOST";

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
    /// Whether an installation may be added to an inbox that has some: `XMTP_NEW_INSTALLATION`, if it is set.
    pub new_installation: Option<NewInstallation>,
    /// How much is logged: `XMTP_FORCE_DEBUG_LEVEL`, if it is set.
    pub log_level: Option<LogLevel>,
}

/// What variables say, of whatever there is to say.
#[derive(Clone, Default)]
pub(crate) struct Variables {
    pub(crate) network: Option<Network>,
    pub(crate) wallet: Option<LocalWallet>,
    pub(crate) database_key: Option<Zeroizing<[u8; 32]>>,
    pub(crate) database_folder: Option<PathBuf>,
    pub(crate) new_installation: Option<NewInstallation>,
    pub(crate) log_level: Option<LogLevel>,
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
    /// A variable that turns something on or off says neither.
    #[error("{0} is neither 1 nor 0: set it to one of them, or remove it")]
    NotASwitch(&'static str),
    /// `XMTP_FORCE_DEBUG_LEVEL` names no level.
    #[error("XMTP_FORCE_DEBUG_LEVEL is none of off, error, warn, info, debug and trace: correct or remove it")]
    UnknownLogLevel,
    /// A gateway was asked for.
    #[error(
        "XMTP_GATEWAY_HOST is set, and gateways of the decentralised network are not supported: remove it, or set \
         XMTP_API_URL to the address of a node"
    )]
    GatewayNotSupported,
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
        Variables::load(path)?.try_into()
    }

    /// Reads variables from anywhere. An empty value counts as absent.
    ///
    /// # Errors
    /// [`EnvError`] says which variable is missing or wrong.
    pub fn from_variables(variable: impl FnMut(&str) -> Option<String>) -> Result<Self, EnvError> {
        Variables::read(variable)?.try_into()
    }
}

impl Variables {
    /// Reads the environment of the process, and a file for what that lacks. The file need not exist.
    ///
    /// # Errors
    /// [`EnvError`] says which variable is wrong.
    pub(crate) fn load(path: impl AsRef<Path>) -> Result<Self, EnvError> {
        let file = read_file(path.as_ref())?;
        let mut not_text = None;
        let found = Self::read(|name| match env::var(name) {
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
    /// [`EnvError`] says which variable is wrong.
    pub(crate) fn read(mut variable: impl FnMut(&str) -> Option<String>) -> Result<Self, EnvError> {
        let mut given = |name: &str| variable(name).filter(|value| !value.is_empty());
        if given(XMTP_GATEWAY_HOST).is_some() {
            return Err(EnvError::GatewayNotSupported);
        }
        let (name, url) = (given("XMTP_ENV"), given("XMTP_API_URL"));
        let network = (name.is_some() || url.is_some()).then(|| {
            Network::from_env(|wanted| match wanted {
                "XMTP_ENV" => name.clone(),
                "XMTP_API_URL" => url.clone(),
                _ => None,
            })
        });
        let wallet = given(XMTP_WALLET_KEY).map(Zeroizing::new);
        let wallet = wallet.map(|key| LocalWallet::from_hex(key.trim()).map_err(|_| EnvError::InvalidWalletKey));
        let key = given(XMTP_DB_ENCRYPTION_KEY).map(Zeroizing::new);
        let key = key.map(|key| parse_key(key.trim()).ok_or(EnvError::InvalidDatabaseKey));
        let level = given(XMTP_FORCE_DEBUG_LEVEL).map(|name| name.parse().map_err(|_| EnvError::UnknownLogLevel));
        Ok(Self {
            network: network.transpose()?,
            wallet: wallet.transpose()?,
            database_key: key.transpose()?,
            database_folder: given(XMTP_DB_DIRECTORY).map(PathBuf::from),
            new_installation: switch(XMTP_NEW_INSTALLATION, given(XMTP_NEW_INSTALLATION).as_deref())?
                .map(|is_allowed| if is_allowed { NewInstallation::Add } else { NewInstallation::Refuse }),
            log_level: level.transpose()?,
        })
    }
}

impl TryFrom<Variables> for AgentEnv {
    type Error = EnvError;

    fn try_from(variables: Variables) -> Result<Self, EnvError> {
        Ok(Self {
            network: variables.network.unwrap_or_else(|| Environment::Dev.into()),
            wallet: variables.wallet.ok_or(EnvError::Missing(XMTP_WALLET_KEY))?,
            database_key: variables.database_key.ok_or(EnvError::Missing(XMTP_DB_ENCRYPTION_KEY))?,
            database_folder: variables.database_folder,
            new_installation: variables.new_installation,
            log_level: variables.log_level,
        })
    }
}

impl From<AgentEnv> for Variables {
    fn from(env: AgentEnv) -> Self {
        Self {
            network: Some(env.network),
            wallet: Some(env.wallet),
            database_key: Some(env.database_key),
            database_folder: env.database_folder,
            new_installation: env.new_installation,
            log_level: env.log_level,
        }
    }
}

fn switch(name: &'static str, value: Option<&str>) -> Result<Option<bool>, EnvError> {
    match value {
        None => Ok(None),
        Some("1" | "true") => Ok(Some(true)),
        Some("0" | "false") => Ok(Some(false)),
        Some(_) => Err(EnvError::NotASwitch(name)),
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
    fn a_switch_says_yes_or_no_and_a_level_is_one_of_six() {
        assert_eq!(from(&[]).unwrap().new_installation, None);
        assert_eq!(from(&[(XMTP_NEW_INSTALLATION, "1")]).unwrap().new_installation, Some(NewInstallation::Add));
        assert_eq!(from(&[(XMTP_NEW_INSTALLATION, "0")]).unwrap().new_installation, Some(NewInstallation::Refuse));
        assert!(matches!(from(&[(XMTP_NEW_INSTALLATION, "please")]), Err(EnvError::NotASwitch(_))));
        assert_eq!(from(&[(XMTP_FORCE_DEBUG_LEVEL, "Debug")]).unwrap().log_level, Some(LogLevel::Debug));
        assert!(matches!(from(&[(XMTP_FORCE_DEBUG_LEVEL, "loud")]), Err(EnvError::UnknownLogLevel)));
    }

    #[test]
    fn a_gateway_is_refused_with_what_to_do_instead() {
        let error = from(&[("XMTP_GATEWAY_HOST", "https://gateway.example")]).unwrap_err().to_string();
        assert!(error.contains("not supported") && error.contains("XMTP_API_URL"), "{error}");
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
