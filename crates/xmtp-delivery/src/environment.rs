//! Which network: the three every SDK knows, and an address of one's own.
//!
//! Source of fact: names and addresses are those of the released clients.
use std::{fmt, str::FromStr};
use thiserror::Error;

/// A network by name. Inboxes, groups and messages of one environment do not exist in another.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Environment {
    /// A node on this machine, as started by `xmtp up`.
    Local,
    /// The public network for developers; what it holds may be deleted.
    Dev,
    /// The public network for people.
    Production,
}

/// A text is not the name of an environment.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("unknown environment {0:?}: set XMTP_ENV to local, dev or production")]
pub struct UnknownEnvironment(pub String);

impl Environment {
    /// The name in `XMTP_ENV` and in file names.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Dev => "dev",
            Self::Production => "production",
        }
    }

    /// The address of the network for native clients.
    pub const fn url(self) -> &'static str {
        match self {
            Self::Local => "http://localhost:5556",
            Self::Dev => "https://grpc.dev.xmtp.network:443",
            Self::Production => "https://grpc.production.xmtp.network:443",
        }
    }
}

impl FromStr for Environment {
    type Err = UnknownEnvironment;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        [Self::Local, Self::Dev, Self::Production]
            .into_iter()
            .find(|environment| environment.name() == name)
            .ok_or_else(|| UnknownEnvironment(name.to_owned()))
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An environment and the address at which to reach it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Network {
    /// Which environment it is; decides the name of the database file.
    pub environment: Environment,
    /// Where it is: a URL with scheme `http` or `https`.
    pub url: String,
}

impl Network {
    /// `environment` at an address of one's own.
    pub fn at(environment: Environment, url: impl Into<String>) -> Self {
        Self { environment, url: url.into() }
    }

    /// The network that `XMTP_ENV` names (`dev` if it is absent or empty), at `XMTP_API_URL` if that is given.
    ///
    /// `variable` looks up an environment variable: pass `|name| std::env::var(name).ok()`.
    ///
    /// # Errors
    /// [`UnknownEnvironment`] if `XMTP_ENV` is none of the three names.
    pub fn from_env(variable: impl Fn(&str) -> Option<String>) -> Result<Self, UnknownEnvironment> {
        let given = |name| variable(name).filter(|value| !value.is_empty());
        let environment = match given("XMTP_ENV") {
            Some(name) => name.parse()?,
            None => Environment::Dev,
        };
        let url = given("XMTP_API_URL").unwrap_or_else(|| environment.url().to_owned());
        Ok(Self { environment, url })
    }
}

/// The environment at its public address.
impl From<Environment> for Network {
    fn from(environment: Environment) -> Self {
        Self::at(environment, environment.url())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_env(variables: &[(&str, &str)]) -> Result<Network, UnknownEnvironment> {
        Network::from_env(|wanted| {
            variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn dev_is_the_environment_when_none_is_named() {
        assert_eq!(from_env(&[]), Ok(Environment::Dev.into()));
        assert_eq!(from_env(&[("XMTP_ENV", ""), ("XMTP_API_URL", "")]), Ok(Environment::Dev.into()));
    }

    #[test]
    fn a_named_environment_has_its_own_address_unless_one_is_given() {
        assert_eq!(from_env(&[("XMTP_ENV", "local")]).unwrap().url, "http://localhost:5556");
        assert_eq!(
            from_env(&[("XMTP_ENV", "local"), ("XMTP_API_URL", "http://localhost:6010")]),
            Ok(Network::at(Environment::Local, "http://localhost:6010"))
        );
    }

    #[test]
    fn a_name_nobody_knows_is_an_error_that_lists_the_names() {
        let error = from_env(&[("XMTP_ENV", "prod")]).unwrap_err();
        assert_eq!(error.to_string(), "unknown environment \"prod\": set XMTP_ENV to local, dev or production");
    }

    #[test]
    fn names_are_read_back_as_they_are_written() {
        for environment in [Environment::Local, Environment::Dev, Environment::Production] {
            assert_eq!(environment.to_string().parse(), Ok(environment));
        }
    }
}
