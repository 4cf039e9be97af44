//! Who an agent is: what is said, what the environment says, and what it refuses to do unasked.
use crate::world::{World, soon};
use std::path::Path;
use xmtp_agent::{
    AgentBuilder, EnvError,
    prelude::*,
    testing::{TestError, TestNetwork},
};
use xmtp_client::{ClientError, ConsentEntity, ConsentState, Environment, LocalWallet, StorageError};

#[tokio::test]
async fn a_database_on_disk_needs_a_key_or_the_word_that_there_is_none() {
    let wallet = LocalWallet::generate().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let builder = || Agent::builder(wallet.clone()).data_folder(folder.path());
    let refused = builder().build().err().unwrap();
    assert!(matches!(refused, AgentError::Env(EnvError::Missing("XMTP_DB_ENCRYPTION_KEY"))), "{refused}");
    for said in [builder().database_key([7; 32]), builder().unencrypted(), builder().in_memory()] {
        assert!(said.build().is_ok());
    }
}

#[tokio::test]
async fn an_agent_without_a_wallet_says_which_variable_is_missing() {
    let refused = AgentBuilder::from(env(&[])).in_memory().build();
    assert!(refused.is_ok());
    let error = xmtp_agent::AgentEnv::from_variables(|_| None).unwrap_err();
    assert!(error.to_string().starts_with("XMTP_WALLET_KEY is not set"), "{error}");
}

#[tokio::test]
async fn a_new_database_does_not_use_up_another_installation_unasked() -> Result<(), Box<dyn std::error::Error>> {
    let (network, wallet) = (TestNetwork::new(), LocalWallet::generate()?);
    let builder = || Agent::builder(wallet.clone()).transport(network.transport()).in_memory();
    // The first installation of an inbox is the one it was made with.
    let first = builder().build()?.start().await?;
    let refused = builder().build()?.start().await.err().unwrap();
    assert!(
        matches!(refused, AgentError::Client(ClientError::NewInstallation { used: 1, limit: 10, .. })),
        "{refused}"
    );
    let says = refused.to_string();
    assert!(says.contains("1 of 10") && says.contains("XMTP_NEW_INSTALLATION=1"), "{says}");
    assert_eq!(first.client().inbox().slots_left().await?, 9);

    let second = builder().allow_new_installation().build()?.start().await?;
    assert_ne!(second.client().installation_id(), first.client().installation_id());
    assert_eq!(first.client().inbox().slots_left().await?, 8);
    Ok(())
}

#[tokio::test]
async fn a_refused_installation_leaves_no_database_behind_and_the_old_one_opens()
-> Result<(), Box<dyn std::error::Error>> {
    let (network, wallet) = (TestNetwork::new(), LocalWallet::generate()?);
    let (old, new) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let builder = |folder: &Path| {
        Agent::builder(wallet.clone()).transport(network.transport()).data_folder(folder).database_key([7; 32])
    };
    let agent = builder(old.path()).build()?.start().await?;
    let installation = agent.client().installation_id();
    agent.stop().await?;
    assert!(builder(new.path()).build()?.start().await.is_err());
    assert_eq!(std::fs::read_dir(new.path())?.count(), 0);
    let agent = builder(old.path()).build()?.start().await?;
    assert_eq!(agent.client().installation_id(), installation);
    Ok(())
}

#[tokio::test]
async fn two_agents_never_open_one_database() -> Result<(), Box<dyn std::error::Error>> {
    let (world, folder, wallet) = (World::new(), tempfile::tempdir()?, LocalWallet::generate()?);
    let builder = || {
        let agent = Agent::builder(wallet.clone()).transport(world.network()).database_key([7; 32]);
        agent.database_file(folder.path().join("agent.db3"))
    };
    let first = builder().build()?.start().await?;
    let refused = builder().build()?.start().await.err().unwrap();
    assert!(matches!(refused, AgentError::Client(ClientError::Storage(StorageError::InUse { .. }))), "{refused}");
    assert!(refused.to_string().contains("in use by another process"), "{refused}");
    soon(first.stop()).await?;
    // The stop has closed the database.
    soon(builder().build()?.start().await?.stop()).await?;
    Ok(())
}

#[tokio::test]
async fn a_database_belongs_to_the_network_it_was_made_for() -> Result<(), Box<dyn std::error::Error>> {
    let (network, folder, wallet) = (TestNetwork::new(), tempfile::tempdir()?, LocalWallet::generate()?);
    let builder = |environment| {
        let agent = Agent::builder(wallet.clone()).transport(network.transport()).environment(environment);
        agent.database_file(folder.path().join("agent.db3")).database_key([7; 32])
    };
    builder(Environment::Dev).build()?.start().await?.stop().await?;
    let refused = builder(Environment::Production).build()?.start().await.err().unwrap();
    assert!(matches!(refused, AgentError::Client(ClientError::OtherNetwork { .. })), "{refused}");
    builder(Environment::Dev).build()?.start().await?.stop().await?;
    Ok(())
}

#[tokio::test]
async fn what_was_said_stays_and_the_environment_fills_in_the_rest() -> Result<(), Box<dyn std::error::Error>> {
    let network = TestNetwork::new();
    let folder = tempfile::tempdir()?;
    let wallet = LocalWallet::generate()?;
    let builder = AgentBuilder::from(env(&[("XMTP_ENV", "production"), ("XMTP_DB_DIRECTORY", "/nowhere")]));
    let agent = builder.signer(wallet.clone()).data_folder(folder.path()).transport(network.transport()).build()?;
    let agent = agent.start().await?;
    assert_eq!(agent.address().await?.unwrap().to_string(), wallet.address().to_string());
    let files: Vec<_> = std::fs::read_dir(folder.path())?.map(|file| file.unwrap().file_name()).collect();
    assert!(files.iter().any(|name| name.to_string_lossy().starts_with("xmtp-production-")), "{files:?}");
    Ok(())
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_on_the_machine_can_open_the_database_of_an_agent() -> Result<(), Box<dyn std::error::Error>> {
    use std::os::unix::fs::PermissionsExt;
    let (network, folder) = (TestNetwork::new(), tempfile::tempdir()?);
    let data = folder.path().join("new").join("data");
    let agent = Agent::builder(LocalWallet::generate()?).transport(network.transport()).data_folder(&data);
    let agent = agent.database_key([7; 32]).build()?.start().await?;
    for path in std::fs::read_dir(&data)?.map(|file| file.unwrap().path()).chain([data.clone()]) {
        let mode = std::fs::metadata(&path)?.permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", path.display());
    }
    agent.stop().await?;
    Ok(())
}

#[tokio::test]
async fn a_throwaway_agent_needs_no_settings() -> Result<(), TestError> {
    // Nothing is dialled or opened before the start.
    let agent = Agent::local()?;
    assert!(format!("{agent:?}").starts_with("Agent"));
    Ok(())
}

fn env(more: &[(&str, &str)]) -> xmtp_agent::AgentEnv {
    let wallet = LocalWallet::generate().unwrap().to_hex().to_string();
    let variables = |name: &str| match name {
        "XMTP_WALLET_KEY" => Some(wallet.clone()),
        "XMTP_DB_ENCRYPTION_KEY" => Some("ab".repeat(32)),
        name => more.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()),
    };
    xmtp_agent::AgentEnv::from_variables(variables).unwrap()
}

#[tokio::test]
async fn an_agent_keeps_its_decisions_to_itself_unless_asked() -> Result<(), Box<dyn std::error::Error>> {
    for asked in [false, true] {
        let (network, wallet) = (TestNetwork::new(), LocalWallet::generate()?);
        let builder = Agent::builder(wallet.clone()).transport(network.transport()).clock(network.clock()).in_memory();
        let agent = if asked { builder.device_sync() } else { builder }.build()?.start().await?;
        let phone = Client::builder(wallet).transport(network.transport()).clock(network.clock());
        let phone = phone.in_memory().build().await?;
        let exchange = async || {
            for client in [&phone, agent.client(), &phone] {
                client.preferences().sync().await?;
            }
            Ok::<_, ClientError>(())
        };
        exchange().await?;
        let nuisance = ConsentEntity::Inbox(network.user().await?.inbox_id());
        agent.client().preferences().set_consent(&[(nuisance.clone(), ConsentState::Denied)]).await?;
        exchange().await?;
        let heard = phone.preferences().consent(&nuisance).await?;
        assert_eq!(heard, if asked { ConsentState::Denied } else { ConsentState::Unknown }, "asked: {asked}");
    }
    Ok(())
}
