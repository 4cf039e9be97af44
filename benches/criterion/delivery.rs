//! The way to the network: requests over a socket of this machine to a node that keeps its log in memory.
mod measured;

use anyhow::{Context, Result};
use std::{cell::Cell, rc::Rc, sync::Arc};
use tokio::runtime::Runtime;
use xmtp_delivery::{GrpcTransport, Transport};
use xmtp_layers::{
    Operation,
    mls::{Member, Network},
};
use xmtp_node::{Node, NodeConfig};
use xmtp_storage::MemoryStore;
use xmtp_types::{ClientEnvelope, Cursor, Payload};

const LAYER: &str = "delivery";

fn main() -> Result<()> {
    let mut criterion = measured::criterion();
    let runtime = Rc::new(Runtime::new()?);
    let node = runtime.block_on(Node::start(NodeConfig::ephemeral()))?;
    let url = format!("http://{}", node.addresses().native);
    let client = Rc::new(runtime.block_on(async { GrpcTransport::builder(url).connect() })?);
    let envelope = sealed()?;
    let topic = envelope.topic.clone();
    let said = Rc::new(Cell::new(0));
    let publish = |count: u64| {
        let (runtime, client, said, envelope) =
            (Rc::clone(&runtime), Rc::clone(&client), Rc::clone(&said), envelope.clone());
        move || {
            let envelopes: Vec<_> = (0..count).map(|_| another(&envelope, &said)).collect();
            Ok(runtime.block_on(client.publish(&envelopes))?)
        }
    };
    let operations = vec![
        Operation::new(LAYER, "1 message published", publish(1)),
        Operation::new(LAYER, "50 messages published at once", publish(50)),
        Operation::new(LAYER, "page of a group read", {
            let (runtime, client) = (Rc::clone(&runtime), Rc::clone(&client));
            move || {
                std::hint::black_box(runtime.block_on(client.query(&topic, &Cursor::start()))?);
                Ok(())
            }
        }),
    ];
    measured::measure(&mut criterion, operations)?;
    criterion.final_summary();
    Ok(runtime.block_on(node.shutdown())?)
}

fn sealed() -> Result<ClientEnvelope> {
    let mut member = Member::register(&Network::new()?, 1, Arc::new(MemoryStore::new()))?;
    let group = member.create_group(&[])?;
    Ok(member.seal(&group, &[b'x'; 200])?.pop().context("nothing was sealed")?.1)
}

/// The same message with another end, so that the node takes it for a new one.
fn another(envelope: &ClientEnvelope, said: &Cell<u64>) -> ClientEnvelope {
    let mut envelope = envelope.clone();
    said.set(said.get() + 1);
    if let Payload::GroupMessage { data, .. } = &mut envelope.payload {
        data.iter_mut().rev().zip(said.get().to_le_bytes()).for_each(|(byte, new)| *byte = new);
    }
    envelope
}
