//! Passes connections on to the node: counts their requests and lets each byte wait for half a round trip.
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::mpsc,
    time::{Instant, sleep_until},
};

use super::frames::Frames;

/// Bytes read in one go.
const PIECE: usize = 64 * 1024;
/// Pieces under way in one direction of a connection.
const UNDER_WAY: usize = 1024;

/// What a relay does beside passing on.
#[derive(Clone, Debug)]
pub(crate) struct Relay {
    /// Where the node is.
    pub(crate) node: SocketAddr,
    /// Half of this is added in each direction.
    pub(crate) round_trip: Duration,
    /// Goes up by one with each request.
    pub(crate) requests: Arc<AtomicU64>,
}

impl Relay {
    /// Listens at `address`, then serves in the background as long as the runtime lives.
    ///
    /// # Errors
    /// If the address is taken.
    pub(crate) async fn start(self, address: SocketAddr) -> Result<()> {
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen at {address}; end whatever uses the port, such as `xmtp up`"))?;
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let relay = self.clone();
                tokio::spawn(async move {
                    // A connection that breaks is broken for both ends: they see it.
                    relay.connect(client).await.ok();
                });
            }
        });
        Ok(())
    }

    async fn connect(&self, client: TcpStream) -> Result<()> {
        let node = TcpStream::connect(self.node).await?;
        client.set_nodelay(true)?;
        node.set_nodelay(true)?;
        let (from_client, to_client) = client.into_split();
        let (from_node, to_node) = node.into_split();
        let delay = self.round_trip / 2;
        let (mut frames, requests) = (Frames::default(), Arc::clone(&self.requests));
        let count = move |bytes: &[u8]| {
            requests.fetch_add(frames.requests_in(bytes), Ordering::Relaxed);
        };
        tokio::spawn(pass(from_node, to_client, delay, |_| ()));
        pass(from_client, to_node, delay, count).await;
        Ok(())
    }
}

/// Passes bytes on until either end is closed. Without a delay nothing is handed between tasks.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, delay: Duration, mut look: impl FnMut(&[u8])) {
    let mut buffer = vec![0; PIECE];
    if delay.is_zero() {
        while let Some(piece) = read(&mut from, &mut buffer).await {
            look(piece);
            if to.write_all(piece).await.is_err() {
                return;
            }
        }
        return;
    }
    let (late, mut due) = mpsc::channel::<(Instant, Vec<u8>)>(UNDER_WAY);
    let writer = tokio::spawn(async move {
        while let Some((at, piece)) = due.recv().await {
            sleep_until(at).await;
            if to.write_all(&piece).await.is_err() {
                return;
            }
        }
    });
    while let Some(piece) = read(&mut from, &mut buffer).await {
        look(piece);
        if late.send((Instant::now() + delay, piece.to_vec())).await.is_err() {
            break;
        }
    }
    drop(late);
    writer.await.ok();
}

async fn read<'a>(from: &mut OwnedReadHalf, buffer: &'a mut [u8]) -> Option<&'a [u8]> {
    let length = from.read(buffer).await.ok().filter(|length| *length > 0)?;
    buffer.get(..length)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn echo() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (mut from, mut to) = stream.split();
            tokio::io::copy(&mut from, &mut to).await.unwrap();
        });
        address
    }

    #[tokio::test]
    async fn what_comes_back_has_waited_a_round_trip() {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let round_trip = Duration::from_millis(40);
        let relay = Relay { node: echo().await, round_trip, requests: Arc::default() };
        relay.start(free).await.unwrap();
        let mut stream = TcpStream::connect(free).await.unwrap();
        let start = Instant::now();
        stream.write_all(b"there and back").await.unwrap();
        let mut back = [0; 14];
        stream.read_exact(&mut back).await.unwrap();
        assert_eq!(&back, b"there and back");
        assert!(start.elapsed() >= round_trip);
    }
}
