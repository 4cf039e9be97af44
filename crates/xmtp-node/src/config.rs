//! What a node is told before it starts.
//!
//! Source of fact for the two ports: released clients with `env: "local"` dial 5556 (native) and 5557 (browsers), and
//! generations before 6.0 dial 5556 whatever URL they were given.
use crate::{clock::Clock, limits::RateLimits};
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};
use xmtp_chain::Chains;

/// The port native clients of the local environment dial.
pub const LOCAL_NATIVE_PORT: u16 = 5556;
/// The port browser clients of the local environment dial.
pub const LOCAL_WEB_PORT: u16 = 5557;

/// How a node is set up. Start from [`NodeConfig::local`] or [`NodeConfig::ephemeral`] and change what differs.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NodeConfig {
    /// Where native gRPC is served: HTTP/2 with prior knowledge, or over TLS if [`NodeConfig::tls`] is set. Port 0
    /// takes any free one.
    pub native: SocketAddr,
    /// Where grpc-web is served with CORS, over HTTP/1.1 and HTTP/2; `None` serves no browsers.
    pub web: Option<SocketAddr>,
    /// Where the log is kept.
    pub data: DataLocation,
    /// The certificate for both listeners; `None` serves plain text.
    pub tls: Option<TlsIdentity>,
    /// How much a peer may ask for; `None`, the default, limits nobody.
    pub rate_limits: Option<RateLimits>,
    /// The chains that are asked whether smart contract wallets signed. None by default: inboxes of such wallets can then
    /// be read, and not changed.
    pub chains: Chains,
    /// Where the node reads the time from.
    pub clock: Clock,
}

/// Where a node keeps its log.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum DataLocation {
    /// In this folder, which is made if it is missing. One node at a time can use it.
    Folder(PathBuf),
    /// In memory: gone when the node stops.
    Memory,
}

/// A certificate chain and its private key, both PEM. Debug output shows neither.
#[derive(Clone)]
pub struct TlsIdentity {
    pub(crate) certificates: Vec<u8>,
    pub(crate) key: Vec<u8>,
}

impl NodeConfig {
    /// A node for this machine alone, on the ports that released clients dial for `env: "local"`.
    pub fn local(data: DataLocation) -> Self {
        let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
        Self {
            native: SocketAddr::new(loopback, LOCAL_NATIVE_PORT),
            web: Some(SocketAddr::new(loopback, LOCAL_WEB_PORT)),
            data,
            tls: None,
            rate_limits: None,
            chains: Chains::none(),
            clock: Clock::system(),
        }
    }

    /// A node for a test: in memory, on any two free ports of this machine.
    pub fn ephemeral() -> Self {
        let any = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
        Self { native: any, web: Some(any), ..Self::local(DataLocation::Memory) }
    }
}

impl TlsIdentity {
    /// A certificate chain and its key as PEM text. They are checked when the node starts.
    pub fn from_pem(certificates: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        Self { certificates: certificates.into(), key: key.into() }
    }
}

impl fmt::Debug for TlsIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsIdentity")
    }
}
