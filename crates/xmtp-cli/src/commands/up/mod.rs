//! `xmtp up`: a network on this machine, with an echo agent on it.

mod chains;
mod echo;
mod next_command;

use crate::{
    args::{GlobalOptions, UpArgs},
    error::CliError,
    output,
};
use console::style;
use echo::Echo;
use serde_json::json;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};
use xmtp_client::default_data_folder;
use xmtp_node::{Addresses, ChainId, DataLocation, Node, NodeConfig, RunningNode};

/// Starts the network and the agent, says where they are, and runs until it is stopped.
///
/// # Errors
/// [`CliError`]: a port or folder in use, a log of a newer version, keys that cannot be read.
pub(super) async fn run(options: &GlobalOptions, args: UpArgs) -> Result<(), CliError> {
    refuse_foreign_options(options)?;
    // From here on no signal can leave half a state.
    let mut stop = xmtp_agent::Shutdown::listen()?;
    let folder = (!args.in_memory).then(|| args.data.clone().unwrap_or_else(|| default_data_folder().join("local")));
    let config = config(&args, folder.as_deref())?;
    let chains = config.chains.ids().map(ChainId::as_u64).collect();
    let mut node = Node::start(config).await?;
    let url = url(node.addresses().native);
    let mut agent = if args.no_agent {
        None
    } else {
        match Echo::start(folder.as_deref(), &url).await {
            Ok(agent) => Some(agent),
            Err(error) => {
                node.shutdown().await?;
                return Err(error);
            }
        }
    };
    let network = Network { addresses: node.addresses(), folder, chains, agent: agent.as_ref() };
    network.announce(options.json)?;

    let ended = tokio::select! {
        () = stop.requested() => Ok(()),
        failed = node.failed() => failed.map_err(CliError::from),
        failed = Echo::ended(&mut agent) => failed,
    };
    if !options.json {
        output::note("stopping");
    }
    tokio::select! {
        drained = drain(agent, node) => ended.and(drained),
        // Everything acknowledged is on the disk already: what is cut short here is politeness.
        () = stop.requested() => ended,
    }
}

async fn drain(agent: Option<Echo>, node: RunningNode) -> Result<(), CliError> {
    let stopped = match agent {
        Some(agent) => agent.stop().await,
        None => Ok(()),
    };
    node.shutdown().await?;
    stopped
}

fn config(args: &UpArgs, folder: Option<&Path>) -> Result<NodeConfig, CliError> {
    let data = folder.map_or(DataLocation::Memory, |folder| DataLocation::Folder(folder.to_owned()));
    let mut config = NodeConfig::local(data);
    config.chains = chains::chains(&args.chain_rpc)?;
    config.native.set_port(args.port);
    if let Some(web) = &mut config.web {
        web.set_port(if args.port == 0 { 0 } else { args.port.saturating_add(1) });
    }
    Ok(config)
}

/// Options for the commands of a user say nothing to a network: better to refuse them than to ignore them.
fn refuse_foreign_options(options: &GlobalOptions) -> Result<(), CliError> {
    if options.env.is_some() || options.url.is_some() || options.data_dir.is_some() || options.env_file.is_some() {
        return Err(CliError::usage(
            "`xmtp up` takes --data, --port, --in-memory, --no-agent and --chain-rpc, and always is `local`",
        ));
    }
    Ok(())
}

fn url(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// What there is to say about a network that runs.
struct Network<'a> {
    addresses: Addresses,
    folder: Option<PathBuf>,
    /// The numbers of the chains that it asks.
    chains: Vec<u64>,
    agent: Option<&'a Echo>,
}

impl Network<'_> {
    fn announce(&self, as_json: bool) -> Result<(), CliError> {
        let native = url(self.addresses.native);
        let web = self.addresses.web.map(url);
        let next = next_command::list(self.addresses.native, self.agent.map(Echo::address));
        if as_json {
            return output::json(&json!({
                "native": native,
                "web": web,
                "data": self.folder.as_deref().map(Path::to_string_lossy),
                "chains": self.chains,
                "agent": self.agent.map(|agent| json!({
                    "address": agent.address().to_string(),
                    "inbox_id": agent.inbox_id().to_string(),
                })),
                "next": next,
            }));
        }
        let mut text = format!("{}\n\n", style("An XMTP network runs on this machine.").bold());
        let mut fact = |name: &str, value: &str| text.push_str(&format!("  {name:<12}  {value}\n"));
        fact("native gRPC", &native);
        if let Some(web) = &web {
            fact("grpc-web", web);
        }
        match &self.folder {
            Some(folder) => fact("data", &folder.to_string_lossy()),
            None => fact("data", "in memory: gone when it stops"),
        }
        fact("chains", &self.chains.iter().map(u64::to_string).collect::<Vec<_>>().join(", "));
        if let Some(agent) = self.agent {
            fact("echo agent", &agent.address().to_string());
            fact("its inbox", &agent.inbox_id().to_string());
        }
        text.push_str("\nTry this next, in another terminal:\n\n");
        for command in &next {
            text.push_str(&format!("  {}\n", style(command).green()));
        }
        text.push_str("\nCtrl-C stops it.");
        output::line(&text)
    }
}
