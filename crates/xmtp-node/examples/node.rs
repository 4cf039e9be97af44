//! A node on given ports: `cargo run -p xmtp-node --example node -- [NATIVE_PORT [WEB_PORT [DATA_FOLDER]]]`.
//!
//! The ports default to those that released clients dial for `env: "local"`. Without a folder the log is kept in memory.
//! Chains are those of `CHAIN_RPC_<number>` and `ANVIL_URL`. Ends on Ctrl-C, SIGTERM, or when its standard input is closed
//! by whoever started it with `--until-stdin-closes`.
use std::{env, error::Error, io::Read, net::SocketAddr, thread};
use tokio::{
    select,
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};
use xmtp_node::{Chains, DataLocation, Node, NodeConfig};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (options, arguments): (Vec<_>, Vec<_>) = env::args().skip(1).partition(|text| text.starts_with("--"));
    let mut arguments = arguments.into_iter();
    let mut config = NodeConfig::local(DataLocation::Memory);
    config.chains = Chains::from_variables(env::vars())?;
    if let Some(port) = arguments.next() {
        config.native = SocketAddr::new(config.native.ip(), port.parse()?);
    }
    if let (Some(port), Some(web)) = (arguments.next(), config.web.as_mut()) {
        web.set_port(port.parse()?);
    }
    if let Some(folder) = arguments.next() {
        config.data = DataLocation::Folder(folder.into());
    }

    let mut node = Node::start(config).await?;
    println!("native {}", node.addresses().native);
    if let Some(web) = node.addresses().web {
        println!("web {web}");
    }
    let mut terminated = signal(SignalKind::terminate())?;
    let parent_gone = stdin_closed(options.iter().any(|option| option == "--until-stdin-closes"));
    select! {
        ended = node.failed() => ended?,
        _ = terminated.recv() => {}
        ctrl_c = tokio::signal::ctrl_c() => ctrl_c?,
        _ = parent_gone => {}
    }
    node.shutdown().await?;
    Ok(())
}

/// Resolves when standard input ends, or never if it is not `watched`.
async fn stdin_closed(watched: bool) {
    let (ended, end) = oneshot::channel();
    if watched {
        thread::spawn(move || {
            std::io::stdin().read_to_end(&mut Vec::new()).ok();
            ended.send(()).ok();
        });
        end.await.ok();
    } else {
        std::future::pending::<()>().await;
    }
}
