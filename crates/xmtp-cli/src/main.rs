//! The xmtp command: a whole XMTP network, an agent and a chat at a prompt.
fn main() {}
