//! Who the user is and which network is meant: options, then the environment, then the `.env` file, then defaults.
use crate::{args::GlobalOptions, error::CliError};
use std::{env, path::Path};
use xmtp_agent::{AgentEnv, EnvError, EnvFile, XMTP_DB_DIRECTORY, XMTP_ENV};
use xmtp_client::{Environment, Network};

/// The file that is read if no other is named.
pub(crate) const DEFAULT_ENV_FILE: &str = ".env";
/// Another address of the network.
const XMTP_API_URL: &str = "XMTP_API_URL";

/// What the options, the environment and the file say together.
///
/// `--env` brings its own address along: one from the environment or the file belongs to the network named there.
///
/// # Errors
/// [`CliError::Env`] says which variable is missing or wrong.
pub(crate) fn load(options: &GlobalOptions) -> Result<AgentEnv, CliError> {
    variables(options, |variable| AgentEnv::from_variables(variable))
}

/// The network alone: look-ups need no key.
///
/// # Errors
/// [`CliError::Env`] says which variable is wrong.
pub(crate) fn network(options: &GlobalOptions) -> Result<Network, CliError> {
    variables(options, |variable| {
        let (name, url) = (variable(XMTP_ENV), variable(XMTP_API_URL));
        Ok(Network::from_env(|wanted| match wanted {
            XMTP_ENV => name.clone(),
            XMTP_API_URL => url.clone(),
            _ => None,
        })?)
    })
}

fn variables<T>(
    options: &GlobalOptions,
    read: impl FnOnce(&mut dyn FnMut(&str) -> Option<String>) -> Result<T, EnvError>,
) -> Result<T, CliError> {
    let path = options.env_file.as_deref().unwrap_or(Path::new(DEFAULT_ENV_FILE));
    if options.env_file.is_some() && !path.exists() {
        return Err(CliError::usage(format!(
            "{} does not exist: `xmtp keys new --file {}` makes it",
            path.display(),
            path.display()
        )));
    }
    let file = EnvFile::read(path)?;
    let mut not_text = None;
    let found = read(&mut |name| {
        let given = match name {
            XMTP_ENV => options.env.map(|environment| environment.name().to_owned()),
            XMTP_API_URL if options.url.is_some() || options.env.is_some() => return options.url.clone(),
            XMTP_DB_DIRECTORY => match options.data_dir.as_deref().map(Path::to_str) {
                Some(None) => {
                    not_text = Some("--data-dir".to_owned());
                    None
                }
                folder => folder.flatten().map(str::to_owned),
            },
            _ => None,
        };
        let inherited = || match env::var(name) {
            Ok(value) if !value.is_empty() => Some(value),
            Err(env::VarError::NotUnicode(_)) => {
                not_text = Some(name.to_owned());
                None
            }
            _ => file.value(name).map(str::to_owned),
        };
        let default = || (name == XMTP_ENV).then(|| Environment::Local.name().to_owned());
        given.or_else(inherited).or_else(default)
    });
    match not_text {
        Some(name) => Err(EnvError::NotText(name).into()),
        None => Ok(found?),
    }
}
