//! A wire to the node that breaks when it is told to.
use anyhow::Result;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// Passes connections on.
#[derive(Debug)]
pub(crate) struct Relay {
    address: SocketAddr,
    cuts: watch::Sender<u64>,
}

impl Relay {
    /// Starts to pass connections on to `node`.
    ///
    /// # Errors
    /// If there is no port.
    pub(crate) async fn start(node: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let cuts = watch::Sender::new(0);
        let heard = cuts.subscribe();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(pass(near, node, heard.clone()));
            }
        });
        Ok(Self { address, cuts })
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Breaks every connection that is open.
    pub(crate) fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

async fn pass(mut near: TcpStream, node: SocketAddr, mut cuts: watch::Receiver<u64>) {
    cuts.mark_unchanged();
    let Ok(mut far) = TcpStream::connect(node).await else { return };
    let _ = (near.set_nodelay(true), far.set_nodelay(true));
    // Whichever is first: both ends are closed when this returns.
    tokio::select! {
        _ = copy_bidirectional(&mut near, &mut far) => {}
        _ = cuts.changed() => {}
    }
}
