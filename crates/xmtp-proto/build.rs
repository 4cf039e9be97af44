//! Generates the wire types from `proto/` with a pure-Rust compiler: no `protoc` on the machine.
use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../proto");
    println!("cargo:rerun-if-changed={}", root.display());
    let mut schemas = Vec::new();
    collect(&root, &mut schemas)?;
    schemas.sort();

    let descriptors = protox::compile(&schemas, [&root])?;
    tonic_prost_build::configure()
        .build_client(env::var_os("CARGO_FEATURE_CLIENT").is_some())
        .build_server(env::var_os("CARGO_FEATURE_SERVER").is_some())
        .bytes(".xmtp.mls.api.v1")
        .btree_map(".") // sorted, so that equal messages have equal bytes
        .include_file("xmtp.rs")
        .compile_fds(descriptors)?;
    Ok(())
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, into)?;
        } else if path.extension().is_some_and(|kind| kind == "proto") {
            into.push(path);
        }
    }
    Ok(())
}
